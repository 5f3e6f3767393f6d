namespace LogConsole.Benchmarks.Viewers;

/// <summary>While records stream in: at the offered rate, and as fast as it goes.</summary>
internal sealed record Loaded(Window AtRate, Window AtMost);

/// <summary>The console's memory: as it is, and what of its heap a collection leaves. Bytes.</summary>
internal sealed record Memory(double WorkingSet, double LiveHeap);

/// <summary>One round: without viewers, then with them.</summary>
/// <param name="Pages">How many had a page open: the viewers, and who watched the probes.</param>
/// <param name="Opening">How long it took until all had their first chart.</param>
/// <param name="Stored">Records stored while they watched.</param>
/// <param name="Shown">What the chart of one of them grew by meanwhile.</param>
internal sealed record Round(
    int Pages, TimeSpan Opening, Loaded Alone, Window AloneIdle, Memory AloneMemory, Loaded Watched, Window Idle, Window Hidden, Memory Memory,
    double Stored, double Shown, int Lost)
{
    private double Throughput => Watched.AtMost.RecordsPerSecond / Alone.AtMost.RecordsPerSecond;

    // What is left of the server's time when the records that were stored are taken off at the price they have without viewers.
    private double SpentOnViewersAtRate => Watched.AtRate.ServerPercent - (Watched.AtRate.RecordsPerSecond * Alone.AtRate.ServerMicrosecondsPerRecord / 1e4);

    private double SpentOnViewersAtMost => Watched.AtMost.ServerPercent - (Watched.AtMost.RecordsPerSecond * Alone.AtMost.ServerMicrosecondsPerRecord / 1e4);

    /// <summary>Against the floor of the same round, each round's figure in order.</summary>
    public static object Summary(IReadOnlyList<Round> rounds)
    {
        return new
        {
            throughput = Each(round => round.Throughput, 3),
            viewersPercentOfCoreAtRate = Each(round => round.SpentOnViewersAtRate, 1),
            viewersPercentOfCoreAtMost = Each(round => round.SpentOnViewersAtMost, 1),
            consolePercentOfCorePerIdlePage = Each(round => (round.Idle.ConsolePercent - round.AloneIdle.ConsolePercent) / round.Pages, 3),
            consolePercentOfCorePerHiddenPage = Each(round => (round.Hidden.ConsolePercent - round.AloneIdle.ConsolePercent) / round.Pages, 3),
            serverPercentOfCorePerPageAtRate = Each(round => round.SpentOnViewersAtRate / round.Pages, 3),
            transactionsPerSecondPerIdlePage = Each(round => (round.Idle.TransactionsPerSecond - round.AloneIdle.TransactionsPerSecond) / round.Pages, 2),
            workingSetKiBPerPage = Each(round => (round.Memory.WorkingSet - round.AloneMemory.WorkingSet) / round.Pages / 1024, 0),
            liveHeapKiBPerPage = Each(round => (round.Memory.LiveHeap - round.AloneMemory.LiveHeap) / round.Pages / 1024, 0),
            allocatedKiBPerMessageAtRate = Each(round => round.AllocatedPerMessage / 1024, 1),
        };

        IEnumerable<double> Each(Func<Round, double> figure, int digits) => rounds.Select(round => Math.Round(figure(round), digits));
    }

    private double AllocatedPerMessage =>
        ((Watched.AtRate.Allocated / Watched.AtRate.Seconds) - (Alone.AtRate.Allocated / Alone.AtRate.Seconds)) * Watched.AtRate.Seconds
        / Watched.AtRate.Counts.Sum(static one => one.Renders + one.Calls);

    /// <summary>For the result.</summary>
    public object ToReport() => new
    {
        alone = new { idle = AloneIdle.ToReport(), atRate = Alone.AtRate.ToReport(), atMost = Alone.AtMost.ToReport(), memory = AloneMemory },
        watched = new { idle = Idle.ToReport(), atRate = Watched.AtRate.ToReport(), atMost = Watched.AtMost.ToReport(), hidden = Hidden.ToReport(), memory = Memory },
        openingSeconds = Math.Round(Opening.TotalSeconds, 1),
        recordsStored = Stored,
        recordsShown = Shown,
        circuitsLost = Lost,
    };
}
