using System.Text.Json;

namespace LogConsole.Components.Overview;

/// <summary>One row of a JSON value drawn as an indented list.</summary>
/// <param name="Depth">Steps to the right, 0 first.</param>
/// <param name="Key">Name of the member or index of the element.</param>
/// <param name="Value">The value as text; null when the rows below hold it.</param>
/// <param name="Kind">What it is: string, number, word (true, false, null), or group.</param>
internal sealed record JsonRow(int Depth, string Key, string? Value, string Kind);

/// <summary>Turns JSON that came from outside into rows of text safe to look at. Numbers keep every digit. Pure.</summary>
internal static class JsonRows
{
    /// <summary>More rows than this are not shown; nobody reads them, and they can be copied.</summary>
    public const int MaxRows = 400;

    private const int MaxValueLength = 4_096;

    /// <summary>The rows of an object's members.</summary>
    /// <param name="json">A JSON object.</param>
    /// <param name="left">How many values were left out.</param>
    public static IReadOnlyList<JsonRow> Of(string json, out int left)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
        var rows = new List<JsonRow>();
        left = AddMembers(rows, document.RootElement, 0);
        return rows;
    }

    private static int AddMembers(List<JsonRow> rows, JsonElement parent, int depth)
    {
        var left = 0;
        if (parent.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var element in parent.EnumerateArray())
            {
                left += Add(rows, (index++).ToString(), element, depth);
            }
        }
        else if (parent.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in parent.EnumerateObject())
            {
                left += Add(rows, Text(member.Name), member.Value, depth);
            }
        }
        else
        {
            left += Add(rows, "", parent, depth);
        }

        return left;
    }

    private static int Add(List<JsonRow> rows, string key, JsonElement value, int depth)
    {
        if (rows.Count == MaxRows)
        {
            return 1;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object or JsonValueKind.Array when !IsShort(value):
                rows.Add(new JsonRow(depth, key, null, "group"));
                return AddMembers(rows, value, depth + 1);
            case JsonValueKind.String:
                rows.Add(new JsonRow(depth, key, Text(value.GetString()!), "string"));
                break;
            case JsonValueKind.Number:
                rows.Add(new JsonRow(depth, key, value.GetRawText(), "number"));
                break;
            case JsonValueKind.Object or JsonValueKind.Array:
                rows.Add(new JsonRow(depth, key, Text(value.GetRawText()), "word"));
                break;
            default:
                rows.Add(new JsonRow(depth, key, value.GetRawText(), "word"));
                break;
        }

        return 0;
    }

    // A list of a few plain values reads best on one line.
    private static bool IsShort(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
            ? !value.EnumerateObject().Any()
            : value.GetRawText().Length <= 80 && value.EnumerateArray().All(element => element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array));

    private static string Text(string text) => DisplayText.Clean(DisplayText.Cut(text, MaxValueLength));
}
