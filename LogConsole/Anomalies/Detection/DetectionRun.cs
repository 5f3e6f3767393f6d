using LogConsole.Anomalies.Detectors;
using LogConsole.Anomalies.Incidents;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Metrics;
using LogConsole.Pipeline.Names;
using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Anomalies.Detection;

/// <summary>What a run works with.</summary>
internal sealed record DetectionParts(
    Database Database, DetectionStore Store, ILogStore Logs, ServiceCatalog Services, IOptions<AnomalyOptions> Options, IOptions<MetricsOptions> Metrics, TimeProvider Time);

/// <summary>
/// Judges closed windows in steps, each read from one snapshot and committed in one transaction with how far it came. What was decided
/// depends on the windows' committed content alone, not on when or in how many steps they were judged. After an exception the run is
/// useless: start another, which goes on from the last commit. One thread at a time.
/// </summary>
internal sealed class DetectionRun
{
    /// <summary>Windows judged in one step: half an hour.</summary>
    private const int MaxWindows = 180;

    // A write carries the time its batch began: one that took longer than this to commit may go unnoticed until the next one.
    private static readonly TimeSpan s_slowCommit = TimeSpan.FromMinutes(1);

    private readonly DetectionParts _parts;
    private readonly DetectionState _state;

    private DetectionRun(DetectionParts parts, DetectionState state)
    {
        _parts = parts;
        _state = state;
    }

    /// <summary>Counts as of the last step.</summary>
    public DetectionCounts Counts => _state.Counts;

    /// <summary>Goes on from the last commit.</summary>
    public static async Task<DetectionRun> LoadAsync(DetectionParts parts, CancellationToken cancellationToken) =>
        new(parts, await parts.Store.LoadAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Judges up to half an hour of closed windows; false when there was none.</summary>
    public async Task<bool> StepAsync(JobLease lease, CancellationToken cancellationToken)
    {
        var outcome = DetectionOutcome.None;
        var before = (_state.Counts, _state.Services.Count);
        await using (var connection = await _parts.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false))
        await using (await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false))
        {
            var now = _parts.Time.GetUtcNow();
            await NoticeAsync(connection, cancellationToken).ConfigureAwait(false);
            var closedTo = DetectionClock.ClosedTo(await DetectionInput.SourcesAsync(connection, cancellationToken).ConfigureAwait(false), now, _parts.Metrics.Value);
            if (closedTo is { } closed && await NextAsync(connection, service => ClosedTo(service, closed, now), cancellationToken).ConfigureAwait(false) is { } chunk)
            {
                outcome = await JudgeAsync(connection, chunk, cancellationToken).ConfigureAwait(false);
            }
        }

        if (outcome == DetectionOutcome.None && before == (_state.Counts, _state.Services.Count) && _state.Forgotten.Count == 0)
        {
            return false;
        }

        await _parts.Store.CommitAsync(_state, outcome, lease, cancellationToken).ConfigureAwait(false);
        return outcome != DetectionOutcome.None;
    }

    // A single record of long ago must not make everybody wait until all the years since have been walked through.
    private async Task<Chunk?> NextAsync(NpgsqlConnection connection, Func<WatchedService, long> closedTo, CancellationToken cancellationToken)
    {
        var chunk = Chunk.Next(_state.Services.Values, closedTo, MaxWindows);
        if (chunk is null)
        {
            return null;
        }

        var filled = await DetectionInput.FirstFilledAsync(connection, chunk.From, cancellationToken).ConfigureAwait(false);
        return filled == chunk.From ? chunk : Chunk.Next(_state.Services.Values, closedTo, MaxWindows, filled ?? long.MaxValue);
    }

    private long ClosedTo(WatchedService service, long closedTo, DateTimeOffset now) =>
        DetectionClock.ClosedTo(closedTo, service.NewestWindow, service.LastArrival, now, _parts.Metrics.Value);

    // New services, progress of known ones, and what came too late.
    private async Task NoticeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var until = _state.ChangedUntil;
        var changes = until is { } moment
            ? await DetectionInput.ChangesAsync(connection, moment - s_slowCommit, cancellationToken).ConfigureAwait(false)
            : await DetectionInput.FirstChangesAsync(connection, cancellationToken).ConfigureAwait(false);
        if (changes.Exists(change => !_parts.Services.Knows(change.ServiceId)))
        {
            await _parts.Services.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        var (late, unwatched) = (0L, new HashSet<int>());
        foreach (var change in changes.OrderBy(change => change.ServiceId).ThenBy(change => change.Window))
        {
            if (!_state.Services.TryGetValue(change.ServiceId, out var service))
            {
                if (_state.Services.Count >= _parts.Options.Value.MaxServices)
                {
                    unwatched.Add(change.ServiceId);
                    continue;
                }

                service = new WatchedService(
                    change.ServiceId, _parts.Services[change.ServiceId].IsDemo, change.Window, new ServiceDetectors(_parts.Options.Value))
                { LastArrival = change.LastArrival };
                _state.Services.Add(change.ServiceId, service);
            }

            late += change.Window < service.JudgedTo && change.LastArrival > until ? 1 : 0;
            service.NewestWindow = Math.Max(service.NewestWindow, change.Window);
            service.LastArrival = change.LastArrival > service.LastArrival ? change.LastArrival : service.LastArrival;
            _state.ChangedUntil = _state.ChangedUntil > change.LastArrival ? _state.ChangedUntil : change.LastArrival;
        }

        _state.Counts = _state.Counts with { Late = _state.Counts.Late + late, Unwatched = Math.Max(_state.Counts.Unwatched, unwatched.Count) };
    }

    private async Task<DetectionOutcome> JudgeAsync(NpgsqlConnection connection, Chunk chunk, CancellationToken cancellationToken)
    {
        var windows = await DetectionInput.WindowsAsync(connection, chunk.From, chunk.To, cancellationToken).ConfigureAwait(false);
        var templates = await TemplatesAsync(connection, chunk, cancellationToken).ConfigureAwait(false);
        var before = chunk.Services.ToDictionary(entry => entry.Service.Id, entry => entry.Service.JudgedTo);
        var conditions = chunk.Services.ConvertAll(entry => entry.Service.Condition);
        var (findings, found, judged) = (new List<PlacedFinding>(), new List<Finding>(), 0L);
        foreach (var byWindow in windows.GroupBy(total => total.Window).OrderBy(group => group.Key))
        {
            var ofWindow = new List<PlacedFinding>();
            var totals = byWindow.ToDictionary(total => total.ServiceId);
            var active = byWindow.ToLookup(total => IsDemo(total.ServiceId));
            foreach (var (service, to) in chunk.Services)
            {
                var own = totals.GetValueOrDefault(service.Id);
                var others = active[service.IsDemo].Count() - (own.Records > 0 ? 1 : 0);
                if (byWindow.Key < service.JudgedTo || byWindow.Key >= to || others + own.Records == 0)
                {
                    continue;
                }

                found.Clear();
                service.Detectors.Judge(new ServiceWindow(byWindow.Key, own.Records, own.Errors, others > 0, templates.In(service, byWindow.Key)), found);
                ofWindow.AddRange(found.Select(finding => new PlacedFinding(service, _parts.Services[service.Id].Name, byWindow.Key, finding)));
                judged++;
            }

            findings.AddRange(PlacedFinding.InOrder(ofWindow));
        }

        foreach (var (service, to) in chunk.Services)
        {
            service.JudgedTo = to;
        }

        _state.Counts = _state.Counts with { Judged = _state.Counts.Judged + judged, Overlooked = _state.Counts.Overlooked + templates.Overlooked };
        var services = chunk.Services.ConvertAll(entry => entry.Service);
        return new DetectionOutcome(services, findings, before, !services.Select(service => service.Condition).SequenceEqual(conditions));
    }

    private async Task<TemplateSightings> TemplatesAsync(NpgsqlConnection connection, Chunk chunk, CancellationToken cancellationToken)
    {
        var warmUp = _parts.Options.Value.WarmUpWindows;
        var services = chunk.Services.Where(entry => entry.To > entry.Service.FirstWindow + warmUp).ToDictionary(entry => entry.Service.Id, entry => entry.Service);
        var sightings = services.Count == 0
            ? []
            : await DetectionInput.NewTemplatesAsync(connection, chunk.From, chunk.To, [.. services.Keys], cancellationToken).ConfigureAwait(false);
        var overlooked = Math.Max(0, sightings.Count - DetectionInput.MaxNewTemplates);
        var fresh = new List<FirstSighting>();
        foreach (var sighting in sightings.Take(DetectionInput.MaxNewTemplates))
        {
            var service = services[sighting.ServiceId];
            if (sighting.Window >= service.FirstWindow + warmUp && sighting.Window >= service.JudgedTo && await IsErrorAsync(sighting, cancellationToken).ConfigureAwait(false))
            {
                fresh.Add(sighting);
            }
        }

        int[] watched = [.. fresh.Select(sighting => sighting.TemplateId).Concat(chunk.Services.SelectMany(entry => entry.Service.Detectors.WatchedTemplates)).Distinct()];
        var counts = watched.Length == 0
            ? []
            : await DetectionInput.TemplateCountsAsync(connection, chunk.From, chunk.To, watched, cancellationToken).ConfigureAwait(false);
        return new TemplateSightings(fresh, counts, overlooked);
    }

    // Templates have no severity of their own: their first records tell.
    private async Task<bool> IsErrorAsync(FirstSighting sighting, CancellationToken cancellationToken)
    {
        var filter = new LogFilter
        {
            From = TumblingWindow.Start(sighting.Window),
            To = TumblingWindow.Start(sighting.Window + 1),
            ServiceIds = [sighting.ServiceId],
            MinSeverity = SeverityNumber.Error,
            TemplateId = sighting.TemplateId,
        };
        return (await _parts.Logs.QueryAsync(filter, 1, null, cancellationToken).ConfigureAwait(false)).Rows.Count != 0;
    }

    private bool IsDemo(int serviceId) => _state.Services.TryGetValue(serviceId, out var service) ? service.IsDemo : _parts.Services[serviceId].IsDemo;
}
