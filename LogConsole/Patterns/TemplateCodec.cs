using System.Globalization;
using System.Text;
using LogConsole.Patterns.Masking;

namespace LogConsole.Patterns;

/// <summary>
/// A template as text for people and as the state the miner continues from after a restart.
/// <example>
/// Text: <c>Failed password for &lt;*&gt; from &lt;*&gt; port &lt;*&gt; ssh&lt;*&gt;</c>;
/// state: <c>1 0 Failed password for \* from \a port \n ssh\-</c>: version, the bits of <see cref="LogCluster.WildPath"/>, the tokens.
/// In words <c>\\</c> is a backslash and <c>\-</c> a slot; a whole-token slot is a backslash and the letter of its kind.
/// </example>
/// </summary>
internal static class TemplateCodec
{
    /// <summary>The state of <see cref="LogCluster.CatchAll"/>.</summary>
    public const string CatchAllState = Version + " 1 \\*";

    private const string Version = "1";
    private const string Placeholder = "<*>";

    // [SlotKind] → letter
    private const string KindLetters = "*mnaxuptir";

    /// <summary>The template for people: tokens joined by single spaces, slots as <c>&lt;*&gt;</c>.</summary>
    public static string ToText(ReadOnlySpan<int> tokens, TokenTable table)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            text.Append(text.Length == 0 ? string.Empty : " ");
            if (TokenTable.IsSlot(token))
            {
                text.Append(Placeholder);
            }
            else
            {
                AppendWord(text, table.Text(token), Placeholder, escape: false);
            }
        }

        return text.ToString();
    }

    /// <summary>What <see cref="TryDecode"/> reads.</summary>
    public static string Encode(LogCluster cluster, TokenTable table)
    {
        var state = new StringBuilder(Version).Append(' ').Append(cluster.WildPath);
        foreach (var token in cluster.Tokens)
        {
            state.Append(' ');
            if (TokenTable.IsSlot(token))
            {
                state.Append('\\').Append(KindLetters[token]);
            }
            else
            {
                AppendWord(state, table.Text(token), "\\-", escape: true);
            }
        }

        return state.ToString();
    }

    /// <summary>Reads a state, putting its words into the table; null when it is not one this version can read.</summary>
    public static LogCluster? TryDecode(int id, string state, TokenTable table)
    {
        var parts = state.Split(' ');
        if (parts.Length < 2 || parts[0] != Version || !uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var wildPath))
        {
            return null;
        }

        var tokens = new int[parts.Length - 2];
        for (var i = 0; i < tokens.Length; i++)
        {
            var word = parts[i + 2];
            var slot = word is ['\\', var letter] ? KindLetters.IndexOf(letter, StringComparison.Ordinal) : -1;
            tokens[i] = slot >= 0 ? slot : table.Intern(Unescape(word));
        }

        return new LogCluster(id, tokens, wildPath);
    }

    private static void AppendWord(StringBuilder text, ReadOnlySpan<byte> word, string slot, bool escape)
    {
        var start = 0;
        for (var at = 0; at <= word.Length; at++)
        {
            var special = at < word.Length && (word[at] == TokenMasker.Slot || (escape && word[at] == '\\'));
            if (!special && at < word.Length)
            {
                continue;
            }

            text.Append(Encoding.UTF8.GetString(word[start..at]));
            start = at + 1;
            if (special)
            {
                text.Append(word[at] == TokenMasker.Slot ? slot : "\\\\");
            }
        }
    }

    private static ReadOnlySpan<byte> Unescape(string word)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        var length = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            var escaped = bytes[at] == '\\' && at + 1 < bytes.Length;
            at += escaped ? 1 : 0;
            bytes[length++] = escaped && bytes[at] == '-' ? TokenMasker.Slot : bytes[at];
        }

        return bytes.AsSpan(0, length);
    }
}
