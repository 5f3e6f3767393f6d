using LogConsole.Ingestion.Simulator.Scenarios;

namespace LogConsole.Ingestion.Simulator.Engine;

/// <summary>What a stream depends on beside its scenario and its faults.</summary>
/// <param name="Seed">The same seed gives the same records.</param>
/// <param name="Start">Event time of the beginning, cut to a tick.</param>
/// <param name="EventsPerSecond">Records a second in the mean over a week without faults.</param>
/// <param name="ErrorShare">Share of records of severity error or worse without faults.</param>
internal sealed record DemoStreamSettings(long Seed, DateTimeOffset Start, int EventsPerSecond, double ErrorShare);

/// <summary>
/// The demo stream as a pure function of scenario, settings and faults: event time goes on tick by tick, however fast it is asked to.
/// A fault changes what it hits and nothing else. Not thread-safe.
/// </summary>
internal sealed class DemoGenerator : ILineSink
{
    /// <summary>The grain of event time. Records come out in whole ticks.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>Lines that far behind the request they belong to are left out; no operation of a scenario lasts so long.</summary>
    public static readonly TimeSpan Horizon = Tick * Ring;

    private const int Ring = 2048;
    private const long TickMicros = 100_000;

    private readonly Scenario _scenario;
    private readonly TickBuffer[] _ring = [.. Enumerable.Range(0, Ring).Select(_ => new TickBuffer())]; // [tick modulo the ring]
    private readonly FaultState _state;
    private readonly RequestRun _run;
    private readonly WeightedChoice _flows;
    private readonly double _backgroundShare;
    private List<(DemoFault Fault, FaultKind Kind)> _faults = [];
    private DemoStreamSettings _settings;
    private double _recordsPerRequest;
    private long _tick;

    public DemoGenerator(Scenario scenario, DemoStreamSettings settings)
    {
        _scenario = scenario;
        _state = new FaultState(scenario);
        _run = new RequestRun(this, _state);
        _flows = new WeightedChoice([.. scenario.Flows.Select(flow => flow.Weight)]);
        _backgroundShare = scenario.Background.Sum(line => line.Share);
        _tick = TickOf(settings.Start);
        _settings = settings;
        Tune(settings.EventsPerSecond, settings.ErrorShare);
    }

    /// <summary>Event time up to which records have come out.</summary>
    public DateTimeOffset Now => new LogTimestamp(_tick * TickMicros).ToDateTimeOffset();

    /// <summary>Changes rate and share of errors from the next tick on.</summary>
    public void Tune(int eventsPerSecond, double errorShare)
    {
        var (load, factor) = ExpectedLoad.At(_scenario, errorShare);
        _recordsPerRequest = load.Records;
        _run.ErrorFactor = factor;
        _settings = _settings with { EventsPerSecond = eventsPerSecond, ErrorShare = errorShare };
    }

    /// <summary>Sets the faults from the next tick on; kinds the scenario does not know are left out.</summary>
    public void SetFaults(IEnumerable<DemoFault> faults)
    {
        var kinds = _scenario.Faults.ToDictionary(kind => kind.Name, StringComparer.Ordinal);
        _faults = [.. faults.Where(fault => kinds.TryGetValue(fault.Kind, out var kind) && kind.Effects.ContainsKey(fault.Service))
            .Select(fault => (fault, kinds[fault.Kind]))];
    }

    /// <summary>Goes on at a later moment: what lies between is never made, and lines of requests from before are left out.</summary>
    public void SkipTo(DateTimeOffset moment)
    {
        _tick = Math.Max(_tick, TickOf(moment));
        foreach (var buffer in _ring)
        {
            buffer.Clear();
        }
    }

    /// <summary>Makes the records of all whole ticks up to a moment, or stops at the tick in which their number is reached.</summary>
    /// <param name="until">Event time, exclusive.</param>
    /// <param name="maxRecords">Soft: the tick that reaches it is finished.</param>
    /// <param name="observed">Arrival time of all; null for each record's own time.</param>
    /// <returns>False when there is more to make before <paramref name="until"/>.</returns>
    public bool Advance(DateTimeOffset until, int maxRecords, DemoRecords into, LogTimestamp? observed = null)
    {
        var end = TickOf(until);
        while (_tick < end)
        {
            if (into.Records.Count >= maxRecords)
            {
                return false;
            }

            RunTick(into, observed);
        }

        return true;
    }

    /// <inheritdoc/>
    TickBuffer? ILineSink.At(long micros)
    {
        var tick = micros / TickMicros;
        return tick - _tick < Ring ? _ring[tick % Ring] : null;
    }

    private static long TickOf(DateTimeOffset moment) => LogTimestamp.From(moment).UnixMicroseconds / TickMicros;

    private void RunTick(DemoRecords into, LogTimestamp? observed)
    {
        var start = _tick * TickMicros;
        var seed = DemoRandom.Derive((ulong)_settings.Seed, (ulong)_tick);
        _state.Set(_faults, start, _settings.EventsPerSecond);
        var perTick = _settings.EventsPerSecond * Tick.TotalSeconds;
        var requests = perTick * (1 - _backgroundShare) * _scenario.Rhythm.At(start) / _recordsPerRequest;
        Requests(requests, start, seed, null);
        if (_state.Traffic > 1)
        {
            Requests(requests * (_state.Traffic - 1), start, DemoRandom.Derive(seed, ulong.MaxValue), null);
        }

        for (var i = 0; i < _scenario.Background.Count; i++)
        {
            Lines(_scenario.Background[i].Message, perTick * _scenario.Background[i].Share, start, 0, DemoRandom.Derive(seed, ulong.MaxValue - 1 - (ulong)i));
        }

        foreach (var extra in _state.Extras)
        {
            var own = DemoRandom.Derive(extra.Seed, (ulong)_tick);
            if (extra.Message is { } message)
            {
                Lines(message, extra.PerSecond * Tick.TotalSeconds, start, extra.Progress, own);
            }
            else
            {
                Requests(extra.PerSecond * Tick.TotalSeconds, start, own, extra.Operation);
            }
        }

        Sequences(start);
        _ring[_tick % Ring].MoveTo(into, start, observed, _state.AnySilence ? Speaks : null);
        _tick++;
    }

    private void Requests(double mean, long start, ulong seed, Operation? operation)
    {
        var random = new DemoRandom(seed);
        for (var left = random.Poisson(mean); left > 0; left--)
        {
            var at = start + (long)(random.NextDouble() * TickMicros);
            var request = random.Next();
            _run.Request(operation ?? _scenario.Flows[_flows.Pick(random.NextDouble())].Operation, at, request);
        }
    }

    private void Lines(MessageShape message, double mean, long start, double progress, ulong seed)
    {
        var random = new DemoRandom(seed);
        for (var left = random.Poisson(mean); left > 0; left--)
        {
            var at = start + (long)(random.NextDouble() * TickMicros);
            var own = random.Next();
            _run.Line(message, at, (int)(own % (ulong)message.Service.Hosts.Count), progress, own);
        }
    }

    // Lines that come once are due in the tick their moment lies in.
    private void Sequences(long start)
    {
        foreach (var (fault, kind) in _faults)
        {
            var effects = kind.Effects[fault.Service];
            for (var e = 0; e < effects.Count; e++)
            {
                if (effects[e] is OnceEffect once)
                {
                    Sequence(once, LogTimestamp.From(once.AtEnd ? fault.To : fault.From).UnixMicroseconds, start, DemoRandom.Derive((ulong)fault.Seed, (ulong)e));
                }
            }
        }
    }

    private void Sequence(OnceEffect once, long from, long start, ulong seed)
    {
        for (var i = 0; i < once.Lines.Count; i++)
        {
            var at = from + (long)(once.Timing.Delay + (once.Spacing * i)).TotalMicroseconds;
            if (at < start || at >= start + TickMicros)
            {
                continue;
            }

            var hosts = once.Lines[i].Service.Hosts.Count;
            var first = (int)(seed % (ulong)hosts);
            for (var host = once.EveryHost ? 0 : first; host < (once.EveryHost ? hosts : first + 1); host++)
            {
                _run.Line(once.Lines[i], at, host, once.AtEnd ? 1 : 0, DemoRandom.Derive(seed, (ulong)((i * 64) + host)));
            }
        }
    }

    // Which lines are missing is decided line by line, the same for the same stream.
    private bool Speaks(in PendingLine line)
    {
        var share = _state.SilenceOf(line.Message.Service);
        return share <= 0 || (share < 1 && new DemoRandom(DemoRandom.Derive((ulong)line.TimeMicros, line.SpanId)).NextDouble() >= share);
    }
}
