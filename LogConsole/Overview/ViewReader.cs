using LogConsole.Logs;
using LogConsole.Metrics;
using LogConsole.Pipeline.Names;
using LogConsole.Storage;

namespace LogConsole.Overview;

/// <summary>What a view reader reads from.</summary>
internal sealed record ViewSources(
    Database Database, RollupStore Rollups, WindowChanges Changes, ILogStore Logs, OverviewQueries Queries, SampledHistory History, ListeningStore Listening,
    ServiceCatalog Services, LatestLines Lines, TimeProvider Time);

/// <summary>
/// Reads one view for all who watch it. Windows that were read are kept; only those touched by commits since, and the newest few
/// (other instances write too), are read again, and everything once a minute. Thread-safe: one read at a time.
/// </summary>
internal sealed class ViewReader(OverviewView view, ViewSources sources) : IDisposable
{
    private static readonly TimeSpan s_chartEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_everythingEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_remoteEvery = TimeSpan.FromSeconds(3);

    // Windows re-read for the sake of other instances, which do not tell us.
    private const int RemoteWindows = 4;

    // A record that took up to this long to arrive is not one whose clock is off.
    private static readonly TimeSpan s_transport = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly CountsByWindow _counts = new();
    private LineWatch? _lines;
    private int[]? _lineServices;
    private OverviewSnapshot? _last;
    private long _version = -1;
    private DateTimeOffset _readAt;
    private DateTimeOffset _everythingAt;
    private long _linesVersion = -1;

    /// <summary>Watchers; guarded by the feed.</summary>
    public int Watchers { get; set; }

    /// <summary>The newest snapshot; the same instance as before when nothing changed.</summary>
    public async Task<OverviewSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _last = await NextAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_lines is { } lines)
        {
            sources.Lines.Remove(lines);
        }

        _turn.Dispose();
    }

    private async Task<OverviewSnapshot> NextAsync(CancellationToken cancellationToken)
    {
        var status = sources.Database.Status;
        var last = _last ?? new OverviewSnapshot { Database = status };
        if (!status.IsReady)
        {
            return ReferenceEquals(last.Database, status) ? last : last with { Database = status };
        }

        try
        {
            var services = await ServicesAsync(cancellationToken).ConfigureAwait(false);
            var next = last with { Database = status };
            next = await WithChartAsync(next, services, cancellationToken).ConfigureAwait(false);
            next = await WithLinesAsync(next, services, cancellationToken).ConfigureAwait(false);
            return next == last ? last : next;
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or DatabaseUnavailableException or TimeoutException)
        {
            var since = last.Database.Condition == DatabaseCondition.Away ? last.Database.Since : sources.Time.GetUtcNow();
            return last with { Database = new DatabaseStatus(DatabaseCondition.Away, since, DatabaseFaults.Describe(e)) };
        }
    }

    private async Task<int[]?> ServicesAsync(CancellationToken cancellationToken)
    {
        if (view.Service is null)
        {
            return null;
        }

        var ids = sources.Services.IdsOf(view.Service);
        if (ids.Length == 0)
        {
            await sources.Services.RefreshAsync(cancellationToken).ConfigureAwait(false);
            ids = sources.Services.IdsOf(view.Service);
        }

        return ids;
    }

    private async Task<OverviewSnapshot> WithChartAsync(OverviewSnapshot last, int[]? services, CancellationToken cancellationToken)
    {
        var now = sources.Time.GetUtcNow();
        var version = sources.Changes.Version;
        var due = now - _readAt >= s_chartEvery && (version != _version || now - _readAt >= s_remoteEvery);
        if (last.Chart is not null && !due)
        {
            return last;
        }

        var span = ViewSpan.Of(view.Range, now, await GrainAsync(cancellationToken).ConfigureAwait(false));
        await RefreshCountsAsync(span, services, now, cancellationToken).ConfigureAwait(false);
        _version = version;
        _readAt = now;
        var listened = await sources.Listening.ReadAsync(TumblingWindow.Start(span.Previous), TumblingWindow.Start(span.To), cancellationToken).ConfigureAwait(false);
        var buckets = _counts.Buckets(span.From, span.To, span.Width, listened, now);
        var chart = new OverviewChart(TumblingWindow.Start(span.From), span.End, TimeSpan.FromSeconds(span.Width * TumblingWindow.Seconds), buckets);
        return last with
        {
            ReadAt = now,
            HasRecords = (last is { HasRecords: true, ReadAt: not null } && _everythingAt != now) || await sources.Queries.AnyRowsAsync(cancellationToken).ConfigureAwait(false),
            Chart = chart,
            Numbers = await NumbersAsync(span, chart, services, listened, now, cancellationToken).ConfigureAwait(false),
            OutsideRange = await OutsideAsync(span, services, cancellationToken).ConfigureAwait(false),
        };
    }

    // Live ranges are shorter than counts are ever kept in detail.
    private Task<TimeSpan> GrainAsync(CancellationToken cancellationToken) => view.Range is { From: { } from, To: { } to }
        ? sources.Rollups.GrainAsync(from - TimeSpan.FromTicks(Math.Min((from - DateTimeOffset.MinValue).Ticks, view.Range.Length.Ticks)), to, cancellationToken)
        : Task.FromResult(BucketWidth.Rollup);

    private async Task RefreshCountsAsync(ViewSpan span, int[]? services, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changed = _version < 0 || now - _everythingAt >= s_everythingEvery ? null : sources.Changes.Since(_version);
        if (changed is null)
        {
            // A fixed range is read once, as coarse as it is drawn; a live one window by window, because windows are replaced later.
            var grain = view.Range.IsLive ? BucketWidth.Rollup : TimeSpan.FromSeconds(span.Width * TumblingWindow.Seconds);
            _counts.Reset(await sources.Rollups.SeverityAsync(
                TumblingWindow.Start(span.Previous), TumblingWindow.Start(span.To), grain, services, cancellationToken).ConfigureAwait(false));
            _everythingAt = now;
            return;
        }

        var newest = TumblingWindow.Of(now);
        var windows = changed.Where(window => window >= span.Previous && window < span.To).ToHashSet();
        for (var back = 0; back < RemoteWindows; back++)
        {
            windows.Add(newest - back);
        }

        var points = await sources.Rollups.WindowsAsync([.. windows.Select(TumblingWindow.Start)], services, cancellationToken).ConfigureAwait(false);
        _counts.Replace(windows, points);
        _counts.Trim(span.Previous);
    }

    private async Task<OverviewNumbers> NumbersAsync(ViewSpan span, OverviewChart chart, int[]? services, ListenedTime listened, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var previous = TumblingWindow.Start(span.Previous);
        var cell = view.Range.IsLive ? 1 : span.Width;
        var known = new KnownTimes(
            _counts.Known(span.From, span.To, cell, listened, now), _counts.Known(span.Previous, span.From, cell, listened, now),
            (span.To - span.From) * BucketWidth.Rollup);
        var patterns = await sources.Queries.NewPatternsAsync(previous, span.End, services, cancellationToken).ConfigureAwait(false);
        var incidents = await sources.Queries.IncidentsAsync(TumblingWindow.Start(span.From), span.End, services, cancellationToken).ConfigureAwait(false);
        return OverviewMaths.Numbers(
            chart, _counts.Sum(span.Previous, span.From), patterns, await sources.Queries.PatternCountAsync(services, cancellationToken).ConfigureAwait(false),
            incidents, sources.History.Between(previous, span.End), span, known);
    }

    private async Task<OutsideRange?> OutsideAsync(ViewSpan span, int[]? services, CancellationToken cancellationToken)
    {
        var arrival = await sources.Rollups.ArrivalAsync(
            TumblingWindow.Start(span.From), TumblingWindow.Start(span.To), s_transport, services, cancellationToken).ConfigureAwait(false);
        return arrival is { Outside: > 0, OutsideFrom: { } from, OutsideTo: { } to } ? new OutsideRange(arrival.Outside, from, to, arrival.Future, arrival.Strays) : null;
    }

    private async Task<OverviewSnapshot> WithLinesAsync(OverviewSnapshot last, int[]? services, CancellationToken cancellationToken)
    {
        if (!view.Range.IsLive)
        {
            return last.Lines != OverviewLines.None ? last : last with { Lines = new OverviewLines(await StoredAsync(services, cancellationToken).ConfigureAwait(false), 0, 0) };
        }

        await StartLinesAsync(services, cancellationToken).ConfigureAwait(false);

        var version = _lines!.Version;
        var lines = _lines.Snapshot();
        var same = version == _linesVersion
            && Math.Abs(lines.MatchingPerSecond - last.Lines.MatchingPerSecond) < 0.05;
        _linesVersion = version;
        return same ? last : last with { Lines = lines };
    }

    // Watched first and read then, so that no line falls between; again when the service has got an id meanwhile, or something stored was deleted.
    private async Task StartLinesAsync(int[]? services, CancellationToken cancellationToken)
    {
        if (_lines is { IsOutdated: false } && _lineServices.AsSpan().SequenceEqual(services))
        {
            return;
        }

        var fresh = sources.Lines.Add(services);
        try
        {
            fresh.Seed(await StoredAsync(services, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            sources.Lines.Remove(fresh);
            throw;
        }

        if (_lines is { } old)
        {
            sources.Lines.Remove(old);
        }

        (_lines, _lineServices, _linesVersion) = (fresh, services, -1);
    }

    private async Task<IReadOnlyList<OverviewLine>> StoredAsync(int[]? services, CancellationToken cancellationToken)
    {
        var span = ViewSpan.Of(view.Range, sources.Time.GetUtcNow(), BucketWidth.Rollup);
        var filter = new LogFilter { From = TumblingWindow.Start(span.From), To = TumblingWindow.Start(span.To), ServiceIds = services };
        var page = await sources.Logs.QueryAsync(filter, OverviewLines.MaxLines, null, cancellationToken).ConfigureAwait(false);
        return [.. page.Rows.Select(row => StoredLine.Of(row, sources.Services[row.ServiceId].Name))];
    }
}
