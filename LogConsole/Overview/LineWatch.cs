using System.Text;
using LogConsole.Ingestion.Formats;
using LogConsole.Pipeline;

namespace LogConsole.Overview;

/// <summary>The newest lines of one service filter, shared by all who watch it. Fed by the pipeline loop, read from any thread.</summary>
internal sealed class LineWatch(int[]? serviceIds, Func<int, string> serviceName, TimeProvider time)
{
    private const int MaxBodyBytes = 2_048;

    // Ten updates a second of at most fifty lines reach a page.
    private const double MostShownPerSecond = OverviewLines.MaxLines * 10;

    private readonly Lock _lock = new();
    private readonly RateMeter _rate = new(time);
    private OverviewLine[] _newest = [];

    /// <summary>Counts the lines it has been given; a reader that saw this number has nothing to redraw.</summary>
    public long Version { get; private set; }

    /// <summary>What was stored when it was seeded may be gone: only a new watch knows what is left.</summary>
    public bool IsOutdated { get; private set; }

    /// <summary>The lines now.</summary>
    public OverviewLines Snapshot()
    {
        lock (_lock)
        {
            var matching = _rate.PerSecond();
            return new OverviewLines(_newest, matching, Math.Min(matching, MostShownPerSecond));
        }
    }

    /// <summary>Starts with stored lines, newest first, unless live ones came before them.</summary>
    public void Seed(IReadOnlyList<OverviewLine> stored)
    {
        lock (_lock)
        {
            var known = _newest.Select(line => line.Id).ToHashSet();
            _newest = [.. _newest.Concat(stored.Where(line => !known.Contains(line.Id))).Take(OverviewLines.MaxLines)];
            Version++;
        }
    }

    /// <summary>Forgets its lines, for good.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _newest = [];
            IsOutdated = true;
            Version++;
        }
    }

    /// <summary>Takes the newest matching lines of a committed batch.</summary>
    public void Offer(LogBatch batch, CommitResult result)
    {
        var lines = new List<OverviewLine>();
        var matching = 0;
        for (var i = batch.Records.Length - 1; i >= 0; i--)
        {
            if (serviceIds is not null && !serviceIds.Contains(batch.ServiceIds[i]))
            {
                continue;
            }

            matching++;
            if (lines.Count < OverviewLines.MaxLines)
            {
                lines.Add(Line(batch, i, RecordIds.At(result.FirstId, i)));
            }
            else if (serviceIds is null)
            {
                matching = batch.Records.Length;
                break;
            }
        }

        lock (_lock)
        {
            _rate.Add(matching);
            if (lines.Count != 0)
            {
                _newest = [.. lines.Concat(_newest).Take(OverviewLines.MaxLines)];
                Version++;
            }
        }
    }

    private OverviewLine Line(LogBatch batch, int index, long id)
    {
        var record = batch.Records[index];
        var body = record.Body.Span;
        var cut = body.Length > MaxBodyBytes;
        return new OverviewLine(
            id, record.Timestamp.ToDateTimeOffset(), record.SeverityNumber, serviceName(batch.ServiceIds[index]),
            Encoding.UTF8.GetString(body[..Utf8Text.CutLength(body, MaxBodyBytes)]), cut, record.Flags | batch.Flags[index]);
    }
}
