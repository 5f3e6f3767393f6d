namespace LogConsole.Benchmarks.Viewers;

/// <summary>Everybody with a page open: the viewers that are counted, all on the live Overview of everything, and the few that watch the probes.</summary>
internal sealed class Audience : IAsyncDisposable
{
    private const int Watchers = 5;
    private const int OpenedAtOnce = 8;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly List<Viewer> _viewers = [];
    private readonly List<Viewer> _watchers = [];

    private Audience()
    {
    }

    /// <summary>What the first viewer's chart shows.</summary>
    public ChartTotals Chart { get; } = new();

    /// <summary>Who watches the probes, beside the viewers.</summary>
    public int Probing => _watchers.Count;

    /// <summary>What the viewers were sent, each.</summary>
    public IReadOnlyList<ViewerCounts> Counts => [.. _viewers.Select(viewer => viewer.Counts)];

    /// <summary>Why circuits were lost, one entry each.</summary>
    public IReadOnlyList<string> Lost => [.. _viewers.Concat(_watchers).Select(viewer => viewer.Lost).OfType<string>()];

    /// <summary>Opens all pages; each has drawn its first chart then.</summary>
    /// <param name="probe">The newest probe there is.</param>
    public static async Task<Audience> OpenAsync(Wire wire, int viewers, bool packed, ProbeTimes probes, int probe)
    {
        var audience = new Audience();
        try
        {
            using var patience = new CancellationTokenSource(s_patience, TimeProvider.System);
            var pages = Enumerable.Range(0, viewers).Select(i => (Path: "", Seen: i == 0 ? audience.Chart.Take : (FrameSeen?)null))
                .Concat(Enumerable.Range(0, Watchers).Select(_ => (Path: ProbeTimes.Path, Seen: (FrameSeen?)probes.Watcher(probe))));
            await Parallel.ForEachAsync(
                pages, new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce, CancellationToken = patience.Token },
                async (page, token) =>
                {
                    var viewer = await Viewer.OpenAsync(wire, page.Path, packed, page.Seen, token);
                    lock (audience._viewers)
                    {
                        (page.Path.Length == 0 ? audience._viewers : audience._watchers).Add(viewer);
                    }
                });
            return audience;
        }
        catch
        {
            await audience.DisposeAsync();
            throw;
        }
    }

    /// <summary>All tabs go to the back, or come to the front.</summary>
    public async Task ShowAsync(bool visible)
    {
        foreach (var viewer in _viewers.Concat(_watchers))
        {
            await viewer.ShowAsync(visible);
        }
    }

    public async ValueTask DisposeAsync() =>
        await Parallel.ForEachAsync(_viewers.Concat(_watchers), new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce }, static (viewer, _) => viewer.DisposeAsync());
}
