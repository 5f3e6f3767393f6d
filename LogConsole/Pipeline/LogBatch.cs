using LogConsole.Ingestion;

namespace LogConsole.Pipeline;

/// <summary>
/// The deliveries of one transaction, flattened, with one column per thing the stages decide about a record.
/// Columns are parallel to <see cref="Records"/>. Written by the stages of the record's lane, then by the commit; never by two threads for one index.
/// </summary>
public sealed class LogBatch
{
    private LogBatch(IReadOnlyList<Delivery> deliveries, LogRecord[] records, int[] deliveryOf)
    {
        Deliveries = deliveries;
        Records = records;
        DeliveryOf = deliveryOf;
        ServiceIds = new int[records.Length];
        TemplateIds = new int[records.Length];
        Flags = new LogRecordFlags[records.Length];
        SourceIds = new short[deliveries.Count];
    }

    /// <summary>In arrival order.</summary>
    public IReadOnlyList<Delivery> Deliveries { get; }

    /// <summary>All records of all deliveries, in order, without those in <see cref="DeadLetters"/>.</summary>
    public LogRecord[] Records { get; }

    /// <summary>[record] → index into <see cref="Deliveries"/>.</summary>
    public int[] DeliveryOf { get; }

    /// <summary>[record] → id of the service; negative while the service is new: -1 - its index among the batch's new services, replaced by the real id inside the transaction.</summary>
    public int[] ServiceIds { get; }

    /// <summary>[record] → id of the template, 0 when none; negative while the template is new, in the same way.</summary>
    public int[] TemplateIds { get; }

    /// <summary>[delivery] → id of its source, set inside the transaction.</summary>
    public short[] SourceIds { get; }

    /// <summary>[record] → flags added by stages, on top of <see cref="LogRecord.Flags"/>.</summary>
    public LogRecordFlags[] Flags { get; }

    /// <summary>Records found to be poison in an earlier attempt at this batch, with the reason: stored as dead letters in the same transaction.</summary>
    public IReadOnlyList<PoisonRecord> DeadLetters { get; private init; } = [];

    /// <summary>Puts the records of the deliveries in one batch.</summary>
    public static LogBatch Of(IReadOnlyList<Delivery> deliveries) => Of(deliveries, []);

    /// <summary>The same batch without some deliveries, e.g. those found to be duplicates.</summary>
    public LogBatch Without(Func<Delivery, bool> excluded)
    {
        var kept = Deliveries.Where(delivery => !excluded(delivery)).ToList();
        return Of(kept, DeadLetters.Where(letter => kept.Contains(letter.Delivery)).ToList());
    }

    /// <summary>The same batch with the given records moved to <see cref="DeadLetters"/>.</summary>
    public LogBatch WithDeadLetters(IReadOnlyList<PoisonRecord> poison) => Of(Deliveries, [.. DeadLetters, .. poison]);

    /// <summary>Records [start, start + count) alone, for probing: a batch that is never committed.</summary>
    public LogBatch Slice(int start, int count) =>
        new(Deliveries, Records.AsSpan(start, count).ToArray(), DeliveryOf.AsSpan(start, count).ToArray());

    private static LogBatch Of(IReadOnlyList<Delivery> deliveries, IReadOnlyList<PoisonRecord> deadLetters)
    {
        var dead = new HashSet<LogRecord>(deadLetters.Select(letter => letter.Record), ReferenceEqualityComparer.Instance);
        var total = 0;
        foreach (var delivery in deliveries)
        {
            total += delivery.Records.Count;
        }

        var records = new LogRecord[total - dead.Count];
        var deliveryOf = new int[records.Length];
        var next = 0;
        for (var d = 0; d < deliveries.Count; d++)
        {
            foreach (var record in deliveries[d].Records)
            {
                if (dead.Count != 0 && dead.Contains(record))
                {
                    continue;
                }

                records[next] = record;
                deliveryOf[next++] = d;
            }
        }

        return new LogBatch(deliveries, records, deliveryOf) { DeadLetters = deadLetters };
    }
}

/// <summary>A record that a stage or the database refuses, and why.</summary>
public sealed record PoisonRecord(Delivery Delivery, LogRecord Record, string Reason);
