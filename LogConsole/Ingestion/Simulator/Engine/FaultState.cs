using LogConsole.Ingestion.Simulator.Scenarios;

namespace LogConsole.Ingestion.Simulator.Engine;

/// <summary>An effect that may make an operation fail now.</summary>
/// <param name="Chance">0–1.</param>
/// <param name="Seed">The fault's.</param>
internal readonly record struct ActiveFailure(FailEffect Effect, double Chance, ulong Seed);

/// <summary>Lines or requests that come beside the ordinary ones now.</summary>
/// <param name="PerSecond">How many.</param>
/// <param name="Progress">How far the fault has come, 0–1.</param>
/// <param name="Seed">The fault's.</param>
internal readonly record struct ActiveExtra(MessageShape? Message, Operation? Operation, double PerSecond, double Progress, ulong Seed);

/// <summary>Everything faults do at one moment. Reused from tick to tick; read by the generator only.</summary>
internal sealed class FaultState(Scenario scenario)
{
    private readonly double[] _slow = new double[scenario.Operations.Count];
    private readonly List<ActiveFailure>?[] _failures = new List<ActiveFailure>?[scenario.Operations.Count];
    private readonly double[] _silence = new double[scenario.Services.Count];
    private readonly byte[][] _versions = new byte[scenario.Services.Count][];

    public double Traffic { get; private set; }

    /// <summary>Lines and requests beside the ordinary ones.</summary>
    public List<ActiveExtra> Extras { get; } = [];

    /// <summary>Whether any service misses lines.</summary>
    public bool AnySilence { get; private set; }

    /// <summary>Factor of an operation's own time.</summary>
    public double SlowdownOf(Operation operation) => _slow[operation.Index];

    /// <summary>What may make it fail; null when nothing does.</summary>
    public List<ActiveFailure>? FailuresOf(Operation operation) => _failures[operation.Index];

    /// <summary>Share of a service's lines that are missing.</summary>
    public double SilenceOf(ServiceModel service) => _silence[service.Index];

    public byte[] VersionOf(ServiceModel service) => _versions[service.Index];

    /// <summary>Works out the state at a moment.</summary>
    public void Set(IReadOnlyList<(DemoFault Fault, FaultKind Kind)> faults, long micros, int eventsPerSecond)
    {
        Array.Fill(_slow, 1);
        Array.Clear(_failures);
        Array.Clear(_silence);
        foreach (var service in scenario.Services)
        {
            _versions[service.Index] = service.VersionBytes;
        }

        Traffic = 1;
        AnySilence = false;
        Extras.Clear();
        foreach (var (fault, kind) in faults)
        {
            var from = LogTimestamp.From(fault.From).UnixMicroseconds;
            var to = LogTimestamp.From(fault.To).UnixMicroseconds;
            if (micros < from)
            {
                continue;
            }

            var progress = Math.Clamp((micros - from) / (double)Math.Max(1, to - from), 0, 1);
            var effects = kind.Effects[fault.Service];
            for (var i = 0; i < effects.Count; i++)
            {
                var level = effects[i].Timing.LevelAt(micros, from, to) * fault.Intensity;
                Apply(effects[i], level, micros >= to ? micros - to : -1, progress, DemoRandom.Derive((ulong)fault.Seed, (ulong)i), eventsPerSecond);
            }
        }
    }

    private void Apply(FaultEffect effect, double level, long sinceEnd, double progress, ulong seed, int eventsPerSecond)
    {
        if (effect is SilenceEffect { AtEnd: true } pause)
        {
            Silence(pause, sinceEnd >= pause.Timing.Delay.TotalMicroseconds && sinceEnd < (pause.Timing.Delay + pause.Length).TotalMicroseconds ? 1 : 0);
            return;
        }

        if (level <= 0)
        {
            return;
        }

        switch (effect)
        {
            case SlowEffect slow:
                foreach (var operation in slow.Operations)
                {
                    _slow[operation.Index] *= 1 + ((slow.Factor - 1) * level);
                }

                break;
            case FailEffect fail:
                foreach (var operation in fail.Operations)
                {
                    (_failures[operation.Index] ??= []).Add(new ActiveFailure(fail, Math.Min(1, fail.Chance * level), seed));
                }

                break;
            case EmitEffect emit:
                Extras.Add(new ActiveExtra(emit.Message, null, emit.Share * level * eventsPerSecond, progress, seed));
                break;
            case RequestsEffect requests:
                Extras.Add(new ActiveExtra(null, requests.Operation, requests.Share * level * eventsPerSecond, progress, seed));
                break;
            case SilenceEffect silence:
                Silence(silence, Math.Min(1, level));
                break;
            case TrafficEffect traffic:
                Traffic *= 1 + ((traffic.Factor - 1) * level);
                break;
            case VersionEffect version:
                _versions[version.Service.Index] = version.Version;
                break;
        }
    }

    private void Silence(SilenceEffect effect, double level)
    {
        _silence[effect.Service.Index] = Math.Max(_silence[effect.Service.Index], effect.Share * level);
        AnySilence |= level > 0;
    }
}
