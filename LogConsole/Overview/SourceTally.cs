using LogConsole.Pipeline;

namespace LogConsole.Overview;

/// <summary>What came of the records of one source since the process started.</summary>
internal readonly record struct SourceCount(long Stored, long DeadLettered);

/// <summary>Counts records by source, and batches. Fed by the pipeline loop, read from any thread.</summary>
internal sealed class SourceTally(TimeProvider time) : IBatchObserver
{
    // Sources are keys and files; whoever has more of them sees the rest together.
    internal const int MaxSources = 1_000;
    internal const string OtherSources = "other sources";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SourceCount> _counts = new(StringComparer.Ordinal);
    private readonly RateMeter _batches = new(time);
    private readonly RateMeter _records = new(time);

    /// <inheritdoc/>
    public void OnCommitted(LogBatch batch, CommitResult result)
    {
        var stored = new long[batch.Deliveries.Count];
        foreach (var delivery in batch.DeliveryOf)
        {
            stored[delivery]++;
        }

        lock (_lock)
        {
            for (var i = 0; i < stored.Length; i++)
            {
                Add(batch.Deliveries[i].Source, new SourceCount(stored[i], 0));
            }

            foreach (var letter in batch.DeadLetters)
            {
                Add(letter.Delivery.Source, new SourceCount(0, 1));
            }

            if (batch.Records.Length + batch.DeadLetters.Count != 0)
            {
                _batches.Add(1);
                _records.Add(batch.Records.Length);
            }
        }
    }

    /// <summary>[source] → its records.</summary>
    public IReadOnlyDictionary<string, SourceCount> Counts()
    {
        lock (_lock)
        {
            return new Dictionary<string, SourceCount>(_counts);
        }
    }

    /// <summary>The batches of the last ten seconds.</summary>
    public BatchRate Batches()
    {
        lock (_lock)
        {
            var perSecond = _batches.PerSecond();
            return new BatchRate(perSecond, perSecond == 0 ? null : _records.PerSecond() / perSecond);
        }
    }

    private void Add(string source, SourceCount more)
    {
        if (more == default)
        {
            return;
        }

        var name = _counts.ContainsKey(source) || _counts.Count < MaxSources ? source : OtherSources;
        var before = _counts.GetValueOrDefault(name);
        _counts[name] = new SourceCount(before.Stored + more.Stored, before.DeadLettered + more.DeadLettered);
    }
}
