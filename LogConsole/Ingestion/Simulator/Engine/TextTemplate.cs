using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace LogConsole.Ingestion.Simulator.Engine;

/// <summary>
/// Text with placeholders, <c>user ${user_id} placed order ${order_id}</c>, ready to be written many times. Immutable.
/// </summary>
internal sealed class TextTemplate
{
    private readonly (byte[] Literal, FieldSource? Field)[] _parts;

    private TextTemplate((byte[] Literal, FieldSource? Field)[] parts) => _parts = parts;

    /// <summary>A text that is one placeholder and nothing else: its field.</summary>
    public FieldSource? OnlyField => _parts.Length == 1 && _parts[0].Literal.Length == 0 ? _parts[0].Field : null;

    /// <summary>Reads a text; false with the first name that is no field.</summary>
    public static bool TryParse(
        string text, Func<string, FieldSource?> fields, [NotNullWhen(true)] out TextTemplate? template, [NotNullWhen(false)] out string? unknown)
    {
        template = null;
        unknown = null;
        var parts = new List<(byte[], FieldSource?)>();
        foreach (var (literal, name) in Split(text))
        {
            var field = name is null ? null : fields(name);
            if (name is not null && field is null)
            {
                unknown = name;
                return false;
            }

            parts.Add((Encoding.UTF8.GetBytes(literal), field));
        }

        template = new TextTemplate([.. parts]);
        return true;
    }

    /// <summary>The text in pieces: each a literal, and the name of the placeholder behind it (null behind the last).</summary>
    public static IEnumerable<(string Literal, string? Name)> Split(string text)
    {
        var at = 0;
        while (text.IndexOf("${", at, StringComparison.Ordinal) is >= 0 and var open && text.IndexOf('}', open) is > 0 and var close)
        {
            yield return (text[at..open], text[(open + 2)..close]);
            at = close + 1;
        }

        if (at < text.Length)
        {
            yield return (text[at..], null);
        }
    }

    /// <summary>Appends the text with values.</summary>
    public void Write(TickBuffer into, LineContext line)
    {
        foreach (var (literal, field) in _parts)
        {
            into.Write(literal);
            field?.Write(into, line);
        }
    }
}
