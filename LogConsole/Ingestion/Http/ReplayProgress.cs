namespace LogConsole.Ingestion.Http;

/// <summary>What the console answered so far.</summary>
internal sealed class ReplayTotals
{
    public long Lines { get; set; }

    public long Accepted { get; set; }

    public long Duplicates { get; set; }

    public long Rejected { get; set; }

    public long DeadLettered { get; set; }

    /// <summary>Lines with nothing in them, which are no records.</summary>
    public long Blank { get; set; }

    public int Retries { get; set; }
}

/// <summary>Tells how far a replay is: a bar on a terminal, a line every five seconds elsewhere. Single-threaded.</summary>
internal sealed class ReplayProgress(TextWriter output, bool isTerminal, TimeProvider time)
{
    private const int BarWidth = 30;
    private static readonly TimeSpan s_onTerminal = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_elsewhere = TimeSpan.FromSeconds(5);
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _shownAt;

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>Shows the state when it is time to.</summary>
    /// <param name="done">Bytes sent.</param>
    /// <param name="length">Bytes in all, 0 when unknown.</param>
    public void Show(ReplayTotals totals, long done, long length)
    {
        var elapsed = Elapsed;
        if (elapsed - _shownAt < (isTerminal ? s_onTerminal : s_elsewhere))
        {
            return;
        }

        _shownAt = elapsed;
        var rate = totals.Lines / Math.Max(0.001, elapsed.TotalSeconds);
        var share = length > 0 ? Math.Min(1.0, (double)done / length) : 0;
        var text = $"{totals.Lines:N0} lines, {rate:N0}/s, {totals.Rejected:N0} rejected";
        if (!isTerminal)
        {
            output.WriteLine(length > 0 ? $"{share:P0} {text}" : text);
            return;
        }

        var filled = (int)(share * BarWidth);
        output.Write(length > 0 ? $"\r[{new string('#', filled)}{new string('.', BarWidth - filled)}] {share,4:P0} {text}\u001b[K" : $"\r{text}\u001b[K");
    }

    /// <summary>Says something that stays.</summary>
    public void Say(string line) => output.WriteLine(isTerminal ? $"\r\u001b[K{line}" : line);

    /// <summary>Clears the bar.</summary>
    public void End() => output.Write(isTerminal ? "\r\u001b[K" : "");
}
