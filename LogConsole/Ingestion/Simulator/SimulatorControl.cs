using LogConsole.Ingestion.Simulator.Engine;
using LogConsole.Ingestion.Simulator.Scenarios;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion.Simulator;

/// <summary>The one way to the demo stream, for endpoints and pages, on any instance. Thread-safe. Throws what the database throws.</summary>
public sealed class SimulatorControl : IDemoControl, IDisposable
{
    // Whoever streams says so every second; silent for this long, it is gone.
    private static readonly TimeSpan s_silent = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    // The stream asks for faults once a second, so one that begins now would begin without it.
    private static readonly TimeSpan s_notice = TimeSpan.FromSeconds(2);

    private readonly SimulatorStore _store;
    private readonly IDemoData _data;
    private readonly IDemoTemplates _templates;
    private readonly IngestGate _gate;
    private readonly SimulatorOptions _options;
    private readonly TimeProvider _time;
    private readonly Lazy<Scenario> _scenario;
    private readonly SemaphoreSlim _clearing = new(1);
    private readonly RecentState _read;
    private long _sent;
    private long _skippedTicks;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal SimulatorControl(
        SimulatorStore store, IDemoData data, IDemoTemplates templates, IngestGate gate, IOptions<SimulatorOptions> options, TimeProvider time)
    {
        _store = store;
        _data = data;
        _templates = templates;
        _gate = gate;
        _options = options.Value;
        _time = time;
        _scenario = new Lazy<Scenario>(() => ScenarioReader.Load(_options.Scenario));
        _read = new RecentState(ReadAsync);
    }

    /// <summary>The scenario of the settings.</summary>
    internal Scenario Scenario => _scenario.Value;

    /// <summary>Completes when somebody on this instance changed something after the call.</summary>
    internal Task Changed => Volatile.Read(ref _changed).Task;

    /// <inheritdoc/>
    public async Task<SimulatorState> StateAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var (stored, faults) = await _read.ReadAsync(now, cancellationToken).ConfigureAwait(false);
        var running = IsStreaming(stored, now);
        return new SimulatorState(
            _options.Enabled != false,
            running,
            running ? _gate.Reason : null,
            stored.EventsPerSecond ?? _options.EventsPerSecond,
            stored.ErrorShare ?? _options.ErrorShare,
            stored.Seed ?? _options.Seed,
            Scenario.Name,
            Interlocked.Read(ref _sent),
            TimeSpan.FromTicks(Interlocked.Read(ref _skippedTicks)).TotalSeconds,
            stored.StreamedUntil,
            _data.HasDemo,
            _data.HasReal,
            _data.HasDemo && _data.HasReal,
            [.. faults.Where(fault => fault.From <= now)],
            [.. faults.Where(fault => fault.From > now)],
            [.. Scenario.Faults.Select(kind => new SimulatorFaultKind(kind.Name, kind.About, [.. kind.Services.Select(service => service.Name)], kind.Duration.TotalSeconds))]);
    }

    /// <inheritdoc/>
    public async Task<bool> StartAsync(CancellationToken cancellationToken)
    {
        if (_options.Enabled == false)
        {
            return false;
        }

        await _store.SetRunningAsync(true, cancellationToken).ConfigureAwait(false);
        RaiseChanged();
        return true;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _store.SetRunningAsync(false, cancellationToken).ConfigureAwait(false);
        RaiseChanged();
        var stored = await _store.ReadAsync(cancellationToken).ConfigureAwait(false);
        while (IsStreaming(stored, _time.GetUtcNow()))
        {
            await Task.Delay(s_poll, _time, cancellationToken).ConfigureAwait(false);
            stored = await _store.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        // Also those that somebody asked for: without a stream none of them happens.
        await _store.CutAsync(stored.StreamedUntil ?? _time.GetUtcNow(), DateTimeOffset.MaxValue, cancellationToken).ConfigureAwait(false);
        _read.Forget();
    }

    /// <inheritdoc/>
    public async Task TuneAsync(int? eventsPerSecond, double? errorShare, long? seed, CancellationToken cancellationToken)
    {
        await _store.TuneAsync(eventsPerSecond, errorShare, seed, cancellationToken).ConfigureAwait(false);
        RaiseChanged();
    }

    /// <summary>Plans a fault of a kind and service that are known; from two seconds on at the earliest. Null when the stream is stopped: nothing would happen.</summary>
    public async Task<DemoFault?> InjectAsync(
        string kind, string service, DateTimeOffset? at, TimeSpan duration, double intensity, long? seed, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var stored = await _store.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (stored.Running != true && !IsStreaming(stored, now))
        {
            return null;
        }

        var soonest = now + s_notice;
        var from = at > soonest ? at.Value : soonest;
        var fault = new DemoFault(0, kind, service, from, from + duration, intensity, seed ?? from.UtcTicks, IsScheduled: false);
        var added = await _store.AddAsync(Scenario.Name, fault, cancellationToken).ConfigureAwait(false);
        RaiseChanged();
        return added;
    }

    /// <summary>
    /// The faults that began in the time that was streamed and lasted at some moment of the range, by their start. One under way ends when it is
    /// planned to; one whose stream is gone ended with it.
    /// </summary>
    public async Task<IReadOnlyList<SimulatorTruth>> TruthAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var stored = await _store.ReadAsync(cancellationToken).ConfigureAwait(false);
        var until = stored.StreamedUntil ?? DateTimeOffset.MinValue;
        var faults = await _store.FaultsAsync(Scenario.Name, from, to < until ? to : until, cancellationToken).ConfigureAwait(false);
        var last = IsStreaming(stored, _time.GetUtcNow()) ? DateTimeOffset.MaxValue : until;
        return [.. faults.Select(fault => TruthOf(fault.To <= last ? fault : fault with { To = last })).OfType<SimulatorTruth>()];
    }

    /// <inheritdoc/>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        await _clearing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await StopAsync(cancellationToken).ConfigureAwait(false);
            await _data.ClearAsync(cancellationToken).ConfigureAwait(false);

            // Last: while records of a fault are left, its truth is too.
            await _store.ForgetFaultsAsync(cancellationToken).ConfigureAwait(false);
            _read.Forget();
        }
        finally
        {
            _clearing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clearing.Dispose();
        _read.Dispose();
    }

    /// <summary>Records of the stream are durable.</summary>
    internal void CountSent(int records) => Interlocked.Add(ref _sent, records);

    /// <summary>The stream began or ended here: whoever asks is told from now on.</summary>
    internal void Noticed() => _read.Forget();

    /// <summary>The stream left event time out.</summary>
    internal void CountSkipped(TimeSpan time) => Interlocked.Add(ref _skippedTicks, time.Ticks);

    private static bool IsStreaming(StoredSimulatorState stored, DateTimeOffset now) => stored.Streaming && now - stored.StreamedUntil < s_silent;

    private SimulatorTruth? TruthOf(DemoFault fault)
    {
        // A kind the scenario has lost since then tells nothing.
        if (Scenario.Faults.FirstOrDefault(kind => kind.Name == fault.Kind) is not { } kind || !kind.Affected.TryGetValue(fault.Service, out var affected))
        {
            return null;
        }

        var templates = kind.RootMessages(fault.Service).Select(message => new RootTemplate(
            message.Pattern, [.. _templates.Find(fault.Service, MessageExample.Of(message)).Select(id => id.ToString(System.Globalization.CultureInfo.InvariantCulture))]));
        return new SimulatorTruth(
            fault.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), fault.Kind, fault.From, fault.To, fault.Service, [.. templates],
            [.. affected.Select(service => service.Name)], fault.Intensity, fault.IsScheduled);
    }

    private async Task<RecentState.Known> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken) => new(
        await _store.ReadAsync(cancellationToken).ConfigureAwait(false),
        await _store.FaultsAsync(Scenario.Name, now, DateTimeOffset.MaxValue, cancellationToken).ConfigureAwait(false));

    private void RaiseChanged()
    {
        _read.Forget();
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}
