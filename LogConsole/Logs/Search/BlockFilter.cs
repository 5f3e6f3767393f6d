using System.Numerics;
using LogConsole.Ingestion;

namespace LogConsole.Logs.Search;

/// <summary>
/// What the rows of a block have in them: the grams of their messages and their trace ids, as a Bloom filter (Bloom, 1970) of fixed size.
/// It may say "perhaps" of what is not there, never "no" of what is. Not for several threads.
/// </summary>
internal sealed class BlockFilter
{
    /// <summary>A filter with its row just fits a page of PostgreSQL.</summary>
    public const int Bytes = 7_900;

    private const uint Bits = Bytes * 8;

    // 6.6 bits an item and two of them set: one item in fourteen that is not there passes, of a text with three grams one in 2,700.
    private const int MaxItems = 9_500;

    private readonly byte[] _bits = new byte[Bytes];
    private int _items;

    /// <summary>Whether it has as many items as it can tell apart.</summary>
    public bool IsFull => _items >= MaxItems;

    /// <summary>The bits, the first one the lowest of the first byte, as PostgreSQL's <c>get_bit</c> counts them. Not a copy.</summary>
    public byte[] Content => _bits;

    /// <summary>Adds what can be searched for in a record.</summary>
    public void Add(LogRecord record)
    {
        var grams = new GramReader(record.Body.Span);
        while (grams.Next(out var gram))
        {
            Set(gram);
        }

        if (!record.TraceId.IsEmpty)
        {
            Set(ItemOf(record.TraceId));
        }
    }

    /// <summary>The bits that are set in the filter of every block in which a record can match; at most <paramref name="most"/>. Empty: it cannot tell.</summary>
    /// <param name="text">Part of the message, or null.</param>
    /// <param name="trace">The trace, or empty.</param>
    public static IReadOnlyList<long> BitsOf(string? text, TraceId trace, int most)
    {
        var items = new List<ulong>();
        var seen = new HashSet<ulong>();
        var grams = new GramReader(System.Text.Encoding.UTF8.GetBytes(text ?? ""));
        while (grams.Next(out var gram))
        {
            if (seen.Add(gram))
            {
                items.Add(gram);
            }
        }

        // Of a long text grams far from one another tell most.
        var wanted = Math.Min(items.Count, most / 2);
        var chosen = Enumerable.Range(0, wanted).Select(i => items[(int)((long)i * items.Count / wanted)]).ToList();
        if (!trace.IsEmpty)
        {
            chosen.Insert(0, ItemOf(trace));
        }

        return [.. chosen.SelectMany(item => new[] { (long)First(item), Second(item) }).Distinct().Take(most)];
    }

    private void Set(ulong item)
    {
        var isNew = Set(First(item)) | Set(Second(item));
        _items += isNew ? 1 : 0;
    }

    private bool Set(uint bit)
    {
        ref var held = ref _bits[bit >> 3];
        var mask = (byte)(1 << (int)(bit & 7));
        var isNew = (held & mask) == 0;
        held |= mask;
        return isNew;
    }

    // Two multiplicative hashes (Knuth, TAOCP 3, 6.4), the high half of each scaled to the bits. Stored filters depend on the factors, so they never change.
    private static uint First(ulong item) => (uint)((((item * 0x9E3779B97F4A7C15) >> 32) * Bits) >> 32);

    private static uint Second(ulong item) => (uint)((((item * 0xD6E8FEB86659FD93) >> 32) * Bits) >> 32);

    // A trace has more than the 40 bits of a gram: it is folded first.
    private static ulong ItemOf(TraceId trace) => (trace.High * 0xBF58476D1CE4E5B9) ^ BitOperations.RotateLeft(trace.Low * 0x94D049BB133111EB, 32) ^ (1UL << 63);
}
