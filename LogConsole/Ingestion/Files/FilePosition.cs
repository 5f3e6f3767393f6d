using System.Text.Json;
using System.Text.Json.Serialization;

namespace LogConsole.Ingestion.Files;

/// <summary>
/// How far a file has been read, and what tells it from another file with the same inode: hashes of its beginning and of the bytes before the position.
/// A compressed file's position counts the bytes it unpacks to. Stored as JSON in <c>checkpoints</c>.
/// </summary>
/// <param name="Path">Where it stood at the time.</param>
/// <param name="Offset">Bytes read.</param>
/// <param name="Lines">Lines read.</param>
/// <param name="Head">SHA-256 of the first bytes, at most <see cref="FileMarks.Bytes"/> of those read.</param>
/// <param name="Tail">SHA-256 of the last bytes read, at most as many.</param>
internal sealed record FilePosition(string Path, long Offset, int Lines, string Head, string Tail)
{
    public static FilePosition Start(string path) => new(path, 0, 0, "", "");

    public string ToJson() => JsonSerializer.Serialize(this, FilePositionJson.Default.FilePosition);

    /// <summary>Null for text that is no position.</summary>
    public static FilePosition? FromJson(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize(json, FilePositionJson.Default.FilePosition);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(FilePosition))]
internal sealed partial class FilePositionJson : JsonSerializerContext;
