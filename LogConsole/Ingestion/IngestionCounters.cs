using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace LogConsole.Ingestion;

/// <summary>What the doors did since the start, one row a door.</summary>
/// <param name="Accepted">Records stored.</param>
/// <param name="Duplicates">Records recognised as sent before.</param>
/// <param name="DeadLettered">Records kept as dead letters.</param>
/// <param name="ReceivedBytes">Bytes of bodies, decompressed.</param>
/// <param name="Rejected">[reason] → records not taken; their sender was told.</param>
/// <param name="Refused">[reason] → whole requests not taken; their sender was told.</param>
public sealed record DoorCounts(
    string Door,
    long Accepted,
    long Duplicates,
    long DeadLettered,
    long ReceivedBytes,
    IReadOnlyDictionary<string, long> Rejected,
    IReadOnlyDictionary<string, long> Refused);

/// <summary>
/// Every record's outcome at the doors, for the meter <c>LogConsole</c> and readable here. Doors and reasons are fixed words, so it stays small. Thread-safe.
/// </summary>
public sealed class IngestionCounters : IDisposable
{
    public const string MeterName = "LogConsole";

    private readonly ConcurrentDictionary<(string Door, string Outcome, string Reason), StrongBox> _counts = new();
    private readonly Meter _meter;
    private readonly Counter<long> _records;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _bytes;

    public IngestionCounters(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _records = _meter.CreateCounter<long>("logconsole.ingest.records", "{record}", "Records by door, outcome and reason.");
        _refusals = _meter.CreateCounter<long>("logconsole.ingest.refusals", "{request}", "Whole requests that were not taken, by door and reason.");
        _bytes = _meter.CreateCounter<long>("logconsole.ingest.bytes", "By", "Bytes of bodies received, decompressed.");
    }

    /// <summary>A delivery ended.</summary>
    public void Settled(string door, DeliveryOutcome outcome)
    {
        Count(door, "accepted", "", outcome.Stored);
        Count(door, "duplicate", "", outcome.Duplicates);
        Count(door, "dead_lettered", "", outcome.DeadLettered);
    }

    /// <summary>Records recognised before they entered the queue.</summary>
    public void Duplicate(string door, long records) => Count(door, "duplicate", "", records);

    /// <summary>Records not taken while others of their request were.</summary>
    public void Rejected(string door, string reason, long records) => Count(door, "rejected", reason, records);

    /// <summary>A whole request not taken.</summary>
    public void Refused(string door, string reason)
    {
        Add(door, "refused", reason, 1);
        _refusals.Add(1, new("door", door), new("reason", reason));
    }

    /// <summary>Bytes of a body, decompressed.</summary>
    public void Received(string door, long bytes)
    {
        Add(door, "bytes", "", bytes);
        _bytes.Add(bytes, new KeyValuePair<string, object?>("door", door));
    }

    /// <summary>The counts now, doors by name.</summary>
    public IReadOnlyList<DoorCounts> Snapshot() =>
        [.. _counts.GroupBy(count => count.Key.Door).OrderBy(door => door.Key, StringComparer.Ordinal).Select(CountsOf)];

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static DoorCounts CountsOf(IGrouping<string, KeyValuePair<(string Door, string Outcome, string Reason), StrongBox>> door)
    {
        long Of(string outcome) => door.Where(count => count.Key.Outcome == outcome).Sum(count => count.Value.Read());
        Dictionary<string, long> ByReason(string outcome) =>
            door.Where(count => count.Key.Outcome == outcome).ToDictionary(count => count.Key.Reason, count => count.Value.Read());
        return new DoorCounts(door.Key, Of("accepted"), Of("duplicate"), Of("dead_lettered"), Of("bytes"), ByReason("rejected"), ByReason("refused"));
    }

    private void Count(string door, string outcome, string reason, long records)
    {
        if (records == 0)
        {
            return;
        }

        Add(door, outcome, reason, records);
        if (reason.Length == 0)
        {
            _records.Add(records, new("door", door), new("outcome", outcome));
        }
        else
        {
            _records.Add(records, new("door", door), new("outcome", outcome), new("reason", reason));
        }
    }

    private void Add(string door, string outcome, string reason, long value) =>
        _counts.GetOrAdd((door, outcome, reason), static _ => new StrongBox()).Add(value);

    private sealed class StrongBox
    {
        private long _value;

        public void Add(long value) => Interlocked.Add(ref _value, value);

        public long Read() => Interlocked.Read(ref _value);
    }
}
