namespace LogConsole.Benchmarks.Viewers;

/// <summary>While records stream in: at the offered rate, and as fast as it goes.</summary>
internal sealed record Loaded(Window AtRate, Window AtMost);

/// <summary>The console's memory: as it is, and what of its heap a collection leaves. Bytes.</summary>
internal sealed record Memory(double WorkingSet, double LiveHeap);

/// <summary>One round: without viewers, then with them.</summary>
/// <param name="Opening">How long it took until all had their first chart.</param>
/// <param name="Stored">Records stored while they watched.</param>
/// <param name="Shown">What the chart of one of them grew by meanwhile.</param>
internal sealed record Round(
    int Viewers, TimeSpan Opening, Loaded Alone, Window AloneIdle, Memory AloneMemory, Loaded Watched, Window Idle, Window Hidden, Memory Memory,
    double Stored, double Shown, int Lost)
{
    /// <summary>Against the floor of the same round, each round's figure in order.</summary>
    public static object Summary(IReadOnlyList<Round> rounds)
    {
        return new
        {
            throughput = Each(round => round.Watched.AtMost.RecordsPerSecond / round.Alone.AtMost.RecordsPerSecond, 3),
            throughputByServerTime = Each(round => round.Alone.AtMost.ServerMicrosecondsPerRecord / round.Watched.AtMost.ServerMicrosecondsPerRecord, 3),
            consolePercentOfCorePerIdleViewer = Each(round => (round.Idle.ConsolePercent - round.AloneIdle.ConsolePercent) / round.Viewers, 3),
            serverPercentOfCorePerIdleViewer = Each(round => (round.Idle.ServerPercent - round.AloneIdle.ServerPercent) / round.Viewers, 3),
            consolePercentOfCorePerHiddenViewer = Each(round => (round.Hidden.ConsolePercent - round.AloneIdle.ConsolePercent) / round.Viewers, 3),
            consolePercentOfCorePerViewerAtRate = Each(round => (round.Watched.AtRate.ConsolePercent - round.Alone.AtRate.ConsolePercent) / round.Viewers, 3),
            serverPercentOfCorePerViewerAtRate = Each(round => (round.Watched.AtRate.ServerPercent - round.Alone.AtRate.ServerPercent) / round.Viewers, 3),
            workingSetKiBPerViewer = Each(round => (round.Memory.WorkingSet - round.AloneMemory.WorkingSet) / round.Viewers / 1024, 0),
            liveHeapKiBPerViewer = Each(round => (round.Memory.LiveHeap - round.AloneMemory.LiveHeap) / round.Viewers / 1024, 0),
            allocatedKiBPerMessageAtRate = Each(round => (round.Watched.AtRate.Allocated - round.Alone.AtRate.Allocated) / 1024 / Messages(round.Watched.AtRate), 1),
        };

        IEnumerable<double> Each(Func<Round, double> figure, int digits) => rounds.Select(round => Math.Round(figure(round), digits));
    }

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

    private static double Messages(Window window) => window.Counts.Sum(static one => one.Renders + one.Calls);
}
