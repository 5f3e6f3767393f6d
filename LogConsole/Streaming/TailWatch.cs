using LogConsole.Live;
using LogConsole.Overview;
using LogConsole.Pipeline;

namespace LogConsole.Streaming;

/// <summary>
/// The live end of one filter, shared by all who watch it: at most <see cref="MostPerSecond"/> lines a second, evenly chosen, the rest counted.
/// Fed by the pipeline loop, read from any thread. Keeps at most about <see cref="MostKept"/> lines.
/// </summary>
internal sealed class TailWatch(StreamFilter filter, Func<int, string> serviceName, TimeProvider time)
{
    /// <summary>Lines a second a viewer is sent, at most; more cannot be read, and this still looks like everything.</summary>
    public const int MostPerSecond = 500;

    /// <summary>Lines kept for viewers who are behind.</summary>
    public const int MostKept = 1_000;

    private readonly LineMatcher _matcher = new(filter, serviceName);
    private readonly List<int> _matched = [];
    private readonly RateBudget _budget = new(MostPerSecond, time);
    private readonly Lock _rates = new();
    private readonly RateMeter _matching = new(time);
    private readonly RateMeter _showing = new(time);

    /// <summary>The lines.</summary>
    public CountedTail<StreamLine> Lines { get; } = new(MostKept);

    /// <summary>Raised when <see cref="Lines"/> changed.</summary>
    public ChangeSignal Changes { get; } = new();

    /// <summary>Records a second that match, and of those the ones shown.</summary>
    public TailRate Rate()
    {
        lock (_rates)
        {
            return new TailRate(_matching.PerSecond(), _showing.PerSecond());
        }
    }

    /// <summary>Takes a committed batch.</summary>
    public void Offer(LogBatch batch, CommitResult result)
    {
        _matched.Clear();
        for (var i = 0; i < batch.Records.Length; i++)
        {
            if (_matcher.Matches(batch, i))
            {
                _matched.Add(i);
            }
        }

        if (_matched.Count == 0)
        {
            return;
        }

        var lines = new StreamLine[_budget.Take(_matched.Count)];
        for (var n = 0; n < lines.Length; n++)
        {
            var index = _matched[EvenSample.At(n, lines.Length, _matched.Count)];
            lines[n] = StreamLine.Of(batch, index, RecordIds.At(result.FirstId, index), serviceName(batch.ServiceIds[index]));
        }

        lock (_rates)
        {
            _matching.Add(_matched.Count);
            _showing.Add(lines.Length);
        }

        Lines.Append(lines, _matched.Count);
        Changes.Raise();
    }

    /// <summary>Forgets its lines: what was shown may be deleted.</summary>
    public void Clear()
    {
        Lines.Clear();
        Changes.Raise();
    }
}

/// <summary>How fast lines match, and how fast they are shown; mean of the last ten seconds.</summary>
public readonly record struct TailRate(double Matching, double Showing);
