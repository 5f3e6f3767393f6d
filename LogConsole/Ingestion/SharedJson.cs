using System.Security.Cryptography;

namespace LogConsole.Ingestion;

/// <summary>
/// A resource or scope that many records share: one JSON object stored once in the table <c>resources</c>.
/// Equal text has an equal <see cref="Id"/> on every instance, so rows can carry the id without asking the database.
/// </summary>
public sealed class SharedJson
{
    private SharedJson(long id, byte[] json)
    {
        Id = id;
        Json = json;
    }

    /// <summary>The first eight bytes of the SHA-256 of the text, big-endian; never 0.</summary>
    public long Id { get; }

    /// <summary>The JSON object, UTF-8.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Copies the text and computes its id.</summary>
    public static SharedJson Create(ReadOnlySpan<byte> json)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, hash);
        var id = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(hash);
        return new SharedJson(id == 0 ? 1 : id, json.ToArray());
    }
}
