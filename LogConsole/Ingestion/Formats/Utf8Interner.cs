namespace LogConsole.Ingestion.Formats;

/// <summary>
/// Turns the few service, host and level names of a stream into shared strings without allocating for those it knows.
/// A direct-mapped cache of fixed size: a newcomer takes the place of whoever hashes alike, so it is bounded by construction. Thread-safe, lock-free.
/// </summary>
internal sealed class Utf8Interner
{
    private const int Slots = 4096;
    private const int LongestKeptBytes = 512;
    private readonly Entry?[] _entries = new Entry?[Slots];

    /// <summary>The text as a string of at most <paramref name="maxChars"/>; the same instance while it is in the cache.</summary>
    public string Get(ReadOnlySpan<byte> utf8, int maxChars)
    {
        if (utf8.Length > LongestKeptBytes)
        {
            return Utf8Text.ToString(utf8, maxChars);
        }

        var hash = default(HashCode);
        hash.AddBytes(utf8);
        hash.Add(maxChars);
        ref var slot = ref _entries[hash.ToHashCode() & (Slots - 1)];
        var entry = Volatile.Read(ref slot);
        if (entry is null || entry.MaxChars != maxChars || !utf8.SequenceEqual(entry.Utf8))
        {
            entry = new Entry(utf8.ToArray(), maxChars, Utf8Text.ToString(utf8, maxChars));
            Volatile.Write(ref slot, entry);
        }

        return entry.Text;
    }

    private sealed record Entry(byte[] Utf8, int MaxChars, string Text);
}
