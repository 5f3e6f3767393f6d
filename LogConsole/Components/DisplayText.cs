using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace LogConsole.Components;

/// <summary>
/// Makes hostile log text safe to look at: terminal escapes go, other control and direction-changing characters become visible.
/// What is left is still text, never markup: put it on screen as text.
/// </summary>
internal static partial class DisplayText
{
    // C0 controls except tab and line feed, DEL, C1 controls, and everything that changes the direction of what follows.
    private static readonly SearchValues<char> s_suspects = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(c => c is not ('\t' or '\n')).Select(c => (char)c),
         .. Enumerable.Range(0x7F, 33).Select(c => (char)c),
         '\u061C', '\u200E', '\u200F', '\u2028', '\u2029', .. Range('\u202A', '\u202E'), .. Range('\u2066', '\u2069')]);

    /// <summary>The text without terminal escapes, its other controls made visible. Line feeds and tabs stay. Returns the same instance when there is nothing to do.</summary>
    public static string Clean(string text)
    {
        if (text.AsSpan().IndexOfAny(s_suspects) < 0)
        {
            return text;
        }

        var withoutEscapes = TerminalEscape().Replace(text, "").Replace("\r\n", "\n", StringComparison.Ordinal);
        var clean = new StringBuilder(withoutEscapes.Length);
        foreach (var c in withoutEscapes)
        {
            if (!s_suspects.Contains(c))
            {
                clean.Append(c);
            }
            else
            {
                clean.Append($"\\u{(int)c:x4}");
            }
        }

        return clean.ToString();
    }

    /// <summary>At most this many characters, with an ellipsis where something was cut; never half a character.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + "…";

    private static IEnumerable<char> Range(char first, char last) => Enumerable.Range(first, last - first + 1).Select(c => (char)c);

    // CSI (colours, cursor), OSC (titles, links; ended by BEL or ST), DCS/SOS/PM/APC strings, and two- or three-character escapes. ECMA-48.
    [GeneratedRegex(
        @"(?:\x1B\[|\u009B)[0-?]*[ -/]*[@-~]|(?:\x1B\]|\u009D)[^\x07\x1B\u009C]*(?:\x07|\x1B\\|\u009C)?|\x1B[PX^_][^\x1B]*(?:\x1B\\)?|\x1B[ -/]*[0-~]",
        RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TerminalEscape();
}
