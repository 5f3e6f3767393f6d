using System.Buffers.Binary;
using System.Text;

namespace LogConsole.Tests.Ingestion.Otlp;

/// <summary>Writes a protobuf message field by field.</summary>
internal sealed class ProtoMessage
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public ProtoMessage Varint(int field, ulong value) => Raw([.. Var((ulong)field << 3), .. Var(value)]);

    public ProtoMessage Fixed64(int field, ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Raw([.. Var(((ulong)field << 3) | 1), .. bytes]);
    }

    public ProtoMessage Fixed32(int field, uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw([.. Var(((ulong)field << 3) | 5), .. bytes]);
    }

    public ProtoMessage Bytes(int field, byte[] content) => Raw([.. Var(((ulong)field << 3) | 2), .. Var((ulong)content.Length), .. content]);

    public ProtoMessage Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public ProtoMessage Message(int field, ProtoMessage message) => Bytes(field, message.ToArray());

    public ProtoMessage Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>A <c>KeyValue</c> as a field.</summary>
    public ProtoMessage Pair(int field, string key, ProtoMessage value) => Message(field, new ProtoMessage().Text(1, key).Message(2, value));

    private static IEnumerable<byte> Var(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}

/// <summary>The messages of OTLP, as tests need them.</summary>
internal static class OtlpMessage
{
    public static ProtoMessage Text(string value) => new ProtoMessage().Text(1, value);

    public static ProtoMessage Integer(long value) => new ProtoMessage().Varint(3, (ulong)value);

    /// <summary>A request with one resource, one scope and these records.</summary>
    public static ProtoMessage Request(params ProtoMessage[] records)
    {
        var scopeLogs = new ProtoMessage().Message(1, new ProtoMessage().Text(1, "lib").Text(2, "1.2"));
        foreach (var record in records)
        {
            scopeLogs.Message(2, record);
        }

        var resource = new ProtoMessage().Pair(1, "service.name", Text("shop")).Pair(1, "host.name", Text("node-1"));
        return new ProtoMessage().Message(1, new ProtoMessage().Message(1, resource).Message(2, scopeLogs));
    }

    /// <summary>A record with a time and a text.</summary>
    public static ProtoMessage Record(string body, ulong unixNano = 1_763_632_800_123_456_789) =>
        new ProtoMessage().Fixed64(1, unixNano).Varint(2, 17).Text(3, "ERROR").Message(5, Text(body));
}
