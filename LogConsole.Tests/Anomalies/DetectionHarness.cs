using LogConsole.Anomalies;
using LogConsole.Anomalies.Detection;
using LogConsole.Anomalies.Explanations;
using LogConsole.Metrics;
using LogConsole.Pipeline;
using LogConsole.Storage;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LogConsole.Tests.Anomalies;

/// <summary>One service in one window, as several writers may have stored it.</summary>
internal sealed record Stored(long Window, string Service, long Records, long Errors = 0, bool IsDemo = false);

/// <summary>Detection on a real database whose rollups a test writes as the pipeline would.</summary>
internal sealed class DetectionHarness : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly PipelineHarness _pipeline;
    private readonly Dictionary<(string, bool), int> _services = [];
    private DetectionRun? _run;
    private JobLease _lease = new("detection", 1, CancellationToken.None);

    private DetectionHarness(TestDatabase database, PipelineHarness pipeline, FakeTimeProvider time)
    {
        _database = database;
        _pipeline = pipeline;
        Time = time;
    }

    public FakeTimeProvider Time { get; }

    public PipelineHarness Pipeline => _pipeline;

    public TestDatabase Database => _database;

    public DetectionCounts Counts => _run!.Counts;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<DetectionHarness> StartAsync(PostgresFixture postgres, DateTimeOffset now, Action<AnomalyOptions>? options = null)
    {
        var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("insert into singleton_jobs (name, token, holder, acquired_at) values ('detection', 1, 'test', now())");
        var time = new FakeTimeProvider(now);
        var pipeline = await PipelineHarness.StartAsync(
            database,
            services =>
            {
                services.AddOptions<AnomalyOptions>().Configure(options ?? (_ => { }));
                AnomaliesModule.AddParts(services);

                // The clock stands still while a batch would wait for more.
                services.Configure<PipelineOptions>(pipeline => pipeline.MaxBatchAge = TimeSpan.Zero);
            },
            time);
        return new DetectionHarness(database, pipeline, time);
    }

    public T Get<T>()
        where T : notnull => _pipeline.Get<T>();

    /// <summary>Stores windows, half of each by another writer, and moves the source's clock.</summary>
    public async Task StoreAsync(IReadOnlyCollection<Stored> windows)
    {
        foreach (var (service, demo) in windows.Select(stored => (stored.Service, stored.IsDemo)).Distinct())
        {
            if (!_services.ContainsKey((service, demo)))
            {
                _services[(service, demo)] = await _database.ScalarAsync<int>($"insert into services (name, demo, created_at) values ('{service}', {demo}, now()) returning id");
            }
        }

        var rows = windows.SelectMany(stored => ((short Writer, int Severity, long Count)[])
        [
            (0, 3, (stored.Records - stored.Errors) / 2), (1, 3, (stored.Records - stored.Errors + 1) / 2), (1, 5, stored.Errors),
        ], (stored, part) => (stored, part)).Where(row => row.part.Count > 0).ToList();
        await using var command = _database.Source.CreateCommand("""
            insert into rollup_severity as r (window_start, service_id, severity, writer, count, last_arrival)
            select to_timestamp(w * 10.0), s, v, i, c, $6 from unnest($1::bigint[], $2::int[], $3::smallint[], $4::smallint[], $5::bigint[]) as d(w, s, v, i, c)
            on conflict (window_start, service_id, severity, writer, width_s) do update set count = r.count + excluded.count, last_arrival = excluded.last_arrival
            """);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.stored.Window)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. rows.Select(row => _services[(row.stored.Service, row.stored.IsDemo)])] });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. rows.Select(row => (short)row.part.Severity)] });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. rows.Select(row => row.part.Writer)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.part.Count)] });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = Time.GetUtcNow() });
        await command.ExecuteNonQueryAsync(Cancellation);
        await ClockAsync(windows.Max(stored => stored.Window));
    }

    /// <summary>The source has come to the end of a window.</summary>
    public async Task ClockAsync(long window)
    {
        await using var clock = _database.Source.CreateCommand("""
            insert into watermarks (source, max_event_time, updated_at) values ('test', $1, $2)
            on conflict (source) do update set max_event_time = greatest(watermarks.max_event_time, excluded.max_event_time), updated_at = excluded.updated_at
            """);
        clock.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = TumblingWindow.Start(window + 1).AddMilliseconds(-1) });
        clock.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = Time.GetUtcNow() });
        await clock.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>Judges everything that is closed.</summary>
    public async Task DetectAsync()
    {
        _run ??= await LoadAsync();
        while (await _run.StepAsync(_lease, Cancellation))
        {
        }
    }

    /// <summary>Makes the explanations that are due.</summary>
    public Task<int> ExplainAsync() => Get<IncidentExplainer>().RunOnceAsync(_lease, Cancellation);

    /// <summary>A run of another instance, or of this one after a restart.</summary>
    public Task<DetectionRun> LoadAsync() => DetectionRun.LoadAsync(Get<DetectionParts>(), Cancellation);

    /// <summary>Forgets everything in memory.</summary>
    public void Restart() => _run = null;

    /// <summary>One step of the run under another lease.</summary>
    public async Task<bool> StepAsync(JobLease? lease = null, DetectionRun? run = null) =>
        await (run ?? (_run ??= await LoadAsync())).StepAsync(lease ?? _lease, Cancellation);

    /// <summary>Another instance has the job now.</summary>
    public async Task TakeOverAsync()
    {
        await _database.ExecuteAsync("update singleton_jobs set token = token + 1");
        _lease = _lease with { Token = _lease.Token + 1 };
    }

    /// <summary>Every decision, as text, without what depends on when it was made.</summary>
    public async Task<string> DecisionsAsync() => await _database.ScalarAsync<string>("""
        select coalesce((select string_agg(concat_ws(' ', s.name, detector, series, direction, start_window, last_window, found_window, ended, value, low, high, a.score, factors, i.started_at),
                   E'\n' order by start_window, s.name, detector, direction) from anomalies a join services s on s.id = a.service_id join incidents i on i.id = a.incident_id), '')
            || E'\n--\n' ||
            coalesce((select string_agg(concat_ws(' ', fingerprint, i.state, started_at, last_at, resolved_at, anomaly_count, score, title,
                   (select string_agg(s.name, ',' order by s.name) from services s where s.id = any(i.service_ids)),
                   (select string_agg(concat_ws(' ', e.kind, e.text), ';' order by e.id) from incident_events e where e.incident_id = i.id)),
                   E'\n' order by started_at, fingerprint) from incidents i), '')
        """);

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _database.DisposeAsync();
    }
}
