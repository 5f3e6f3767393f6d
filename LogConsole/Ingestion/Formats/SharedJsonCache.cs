using System.Text.Json;

namespace LogConsole.Ingestion.Formats;

/// <summary>A resource as records share it, with the names they take from it and the flags (cut short, repaired) it gives them.</summary>
internal sealed record SharedResource(SharedJson Json, string? Service, string? Host, LogRecordFlags Flags);

/// <summary>
/// Resources and scopes by the very bytes they were sent as, so that a stream which repeats them costs one look-up a record.
/// Direct-mapped and of fixed size like <see cref="Utf8Interner"/>. Thread-safe, lock-free.
/// </summary>
internal sealed class SharedJsonCache(Utf8Interner names, int maxBytes)
{
    private const int Slots = 1024;
    private const int LongestKeptBytes = 16 << 10;
    private readonly Entry?[] _entries = new Entry?[Slots];

    /// <summary>The resource of a valid JSON object.</summary>
    public SharedResource Get(ReadOnlySpan<byte> json)
    {
        if (json.Length > LongestKeptBytes)
        {
            return Create(json);
        }

        var hash = default(HashCode);
        hash.AddBytes(json);
        ref var slot = ref _entries[hash.ToHashCode() & (Slots - 1)];
        var entry = Volatile.Read(ref slot);
        if (entry is null || !json.SequenceEqual(entry.Sent))
        {
            entry = new Entry(json.ToArray(), Create(json));
            Volatile.Write(ref slot, entry);
        }

        return entry.Resource;
    }

    private SharedResource Create(ReadOnlySpan<byte> json)
    {
        using var arena = new RecordArena();
        var flags = LogRecordFlags.None;
        var members = new JsonMembers(arena, maxBytes);
        arena.Begin();
        members.Open();
        JsonValues.WriteMembers(arena, json, hasAttributes: true, ref members, ref flags);
        members.Close();
        var shared = SharedJson.Create(arena.Written);

        string? service = null;
        string? host = null;
        var reader = new Utf8JsonReader(shared.Json.Span, JsonValues.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isService = reader.ValueTextEquals("service.name"u8);
            var isHost = reader.ValueTextEquals("host.name"u8);
            reader.Read();
            if (reader.TokenType == JsonTokenType.String && (isService || isHost))
            {
                var name = Unescaped(ref reader);
                service = isService ? name : service;
                host = isHost ? name : host;
            }

            reader.Skip();
        }

        return new SharedResource(shared, service, host, flags);
    }

    private string? Unescaped(ref Utf8JsonReader reader)
    {
        var plain = new byte[reader.ValueSpan.Length];
        return names.Get(plain.AsSpan(0, reader.CopyString(plain)), LogRecordLimits.NameChars) is { Length: > 0 } name ? name : null;
    }

    private sealed record Entry(byte[] Sent, SharedResource Resource);
}
