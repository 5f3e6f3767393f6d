using LogConsole.Ingestion.Simulator.Engine;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion.Simulator;

/// <summary>
/// Paces the generator by our clock and hands its records to the queue every source uses, one delivery at a time: what is not taken is not made.
/// Runs on one instance of all; the others only tell it what to do, through the tables.
/// </summary>
internal sealed partial class DemoStream(
    SimulatorControl control,
    SimulatorStore store,
    IDemoData data,
    IngestionQueue queue,
    IngestGate gate,
    IngestionCounters counters,
    IEnumerable<IConfiguredSource> sources,
    IOptions<SimulatorOptions> options,
    Database database,
    TimeProvider time,
    ILogger<DemoStream> logger)
    : SingletonJob(database, time, logger)
{
    /// <summary>The source's name, also of its door.</summary>
    public const string Source = "simulator";

    private const int MaxDeliveryRecords = 10_000;
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_ask = TimeSpan.FromSeconds(1);

    // Further behind than this it goes on at the present moment: late lines of a demo help nobody.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    // A gap a restart may leave without ending the faults under way.
    private static readonly TimeSpan s_shortGap = TimeSpan.FromSeconds(30);

    // Of the faults around now the generator is told: what they leave behind is over by then.
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(2);

    private bool? _automatic;

    /// <inheritdoc/>
    public override string Name => "simulator";

    /// <inheritdoc/>
    protected override async Task RunAsync(JobLease lease, CancellationToken cancellationToken)
    {
        if (options.Value.Enabled == false)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellationToken).ConfigureAwait(false);
        }

        while (true)
        {
            var changed = control.Changed;
            if (await ShouldRunAsync(await store.ReadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false))
            {
                await StreamAsync(cancellationToken).ConfigureAwait(false);
            }

            Beat();
            await WaitAsync(changed, s_ask, cancellationToken).ConfigureAwait(false);
        }
    }

    // What a person said last counts; else the settings; else whether the console has nothing better to show. That is asked once a process:
    // the first real record does not end the demo, it offers to.
    private async Task<bool> ShouldRunAsync(StoredSimulatorState stored, CancellationToken cancellationToken) =>
        stored.Running ?? options.Value.Enabled ?? (_automatic ??= !sources.Any(source => source.IsConfigured)
            && !await data.ReadHasRealAsync(cancellationToken).ConfigureAwait(false));

    private async Task StreamAsync(CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        var start = Time.GetUtcNow();
        if (stored.StreamedUntil is { } until && start - until > s_shortGap)
        {
            await store.CutAsync(until, start, cancellationToken).ConfigureAwait(false);
        }

        var settings = SettingsOf(stored, start);
        var generator = new DemoGenerator(control.Scenario, settings);
        LogStarted(control.Scenario.Name, settings.EventsPerSecond, settings.Seed);
        try
        {
            using var plan = FaultPlanner.Plan(control.Scenario, settings.Seed, start, options.Value.RandomFaults).GetEnumerator();
            DemoFault? next = null;
            var asked = DateTimeOffset.MinValue;
            var changed = control.Changed;
            while (true)
            {
                var now = Time.GetUtcNow();
                if (now - asked >= s_ask || changed.IsCompleted)
                {
                    changed = control.Changed;
                    asked = now;
                    stored = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
                    if (!await ShouldRunAsync(stored, cancellationToken).ConfigureAwait(false)
                        || (stored.Seed ?? options.Value.Seed) != settings.Seed
                        || !await store.MarkStreamingAsync(now, cancellationToken).ConfigureAwait(false))
                    {
                        return;
                    }

                    if (!stored.Streaming)
                    {
                        control.Noticed();
                    }

                    settings = Tune(generator, settings, SettingsOf(stored, start));
                    next = await PlanAsync(plan, next, now, cancellationToken).ConfigureAwait(false);
                    generator.SetFaults(await store.FaultsAsync(control.Scenario.Name, now - s_window, now + s_window, cancellationToken).ConfigureAwait(false));
                }

                if (!await MakeAsync(generator, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                Beat();
                await WaitAsync(changed, s_beat, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
        }
    }

    private DemoStreamSettings SettingsOf(StoredSimulatorState stored, DateTimeOffset start) => new(
        stored.Seed ?? options.Value.Seed, start, stored.EventsPerSecond ?? options.Value.EventsPerSecond, stored.ErrorShare ?? options.Value.ErrorShare);

    private static DemoStreamSettings Tune(DemoGenerator generator, DemoStreamSettings before, DemoStreamSettings after)
    {
        if (after != before)
        {
            generator.Tune(after.EventsPerSecond, after.ErrorShare);
        }

        return after;
    }

    // The next one is always known ahead.
    private async Task<DemoFault?> PlanAsync(IEnumerator<DemoFault> plan, DemoFault? next, DateTimeOffset now, CancellationToken cancellationToken) =>
        next is not null && next.From > now ? next
        : plan.MoveNext() ? await store.AddAsync(control.Scenario.Name, plan.Current, cancellationToken).ConfigureAwait(false)
        : null;

    // False when the console stops.
    private async Task<bool> MakeAsync(DemoGenerator generator, CancellationToken cancellationToken)
    {
        await gate.WhenOpenAsync(cancellationToken).ConfigureAwait(false);
        var now = Time.GetUtcNow();
        if (now - generator.Now > s_patience)
        {
            control.CountSkipped(now - generator.Now);
            generator.SkipTo(now);
        }

        var done = false;
        while (!done && Time.GetUtcNow() - now < s_ask)
        {
            var records = new DemoRecords();
            done = generator.Advance(now, MaxDeliveryRecords, records, LogTimestamp.From(Time.GetUtcNow()));
            if (!await SendAsync(records, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> SendAsync(DemoRecords records, CancellationToken cancellationToken)
    {
        if (records.Records.Count == 0)
        {
            records.Dispose();
            return true;
        }

        var delivery = new Delivery { Source = Source, Records = records.Records, SizeBytes = records.SizeBytes, IsDemo = true };
        EnqueueResult result;
        do
        {
            result = await queue.EnqueueAsync(delivery, cancellationToken).ConfigureAwait(false);
        }
        while (result == EnqueueResult.Full);

        if (result == EnqueueResult.Stopping)
        {
            records.Dispose();
            return false;
        }

        // Without a token: the pipeline settles every delivery, also when it stops, and reads the records until then.
        var outcome = await delivery.Settled.ConfigureAwait(false);
        counters.Settled(Source, outcome);
        control.CountSent(outcome.Stored);
        records.Dispose();
        return outcome.Status != DeliveryStatus.Abandoned;
    }

    // Waiters are told that nothing more comes; a database that is away hears it from the missing beat.
    private async Task EndAsync()
    {
        try
        {
            var now = Time.GetUtcNow();
            await store.CutAsync(now, now, CancellationToken.None).ConfigureAwait(false);
            await store.MarkEndedAsync(now, CancellationToken.None).ConfigureAwait(false);
            control.Noticed();
            LogStopped();
        }
        catch (Exception e) when (DatabaseFaults.IsAway(e))
        {
            LogNotMarked(e.Message);
        }
    }

    private async Task WaitAsync(Task changed, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var waited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(atMost, Time, waited.Token)).ConfigureAwait(false);
        await waited.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    [LoggerMessage(1301, LogLevel.Information, "The demo stream runs: scenario {Scenario}, {EventsPerSecond} records a second, seed {Seed}")]
    private partial void LogStarted(string scenario, int eventsPerSecond, long seed);

    [LoggerMessage(1302, LogLevel.Information, "The demo stream has stopped")]
    private partial void LogStopped();

    [LoggerMessage(1303, LogLevel.Information, "The end of the demo stream could not be noted: {Reason}")]
    private partial void LogNotMarked(string reason);
}
