namespace LogConsole.Ingestion.Simulator.Scenarios;

/// <summary>A fault the scenario knows: its true cause is known because it is made.</summary>
/// <param name="Services">Where it may happen; the first is the default.</param>
/// <param name="Affected">[service it happens in] → all services it shows in, the root first.</param>
/// <param name="Effects">[service it happens in] → what it does.</param>
internal sealed record FaultKind(
    string Name,
    string About,
    TimeSpan Duration,
    IReadOnlyList<ServiceModel> Services,
    IReadOnlyDictionary<string, IReadOnlyList<ServiceModel>> Affected,
    IReadOnlyDictionary<string, IReadOnlyList<FaultEffect>> Effects)
{
    /// <summary>The messages of the root service that only the fault brings, in no order.</summary>
    public IReadOnlyList<MessageShape> RootMessages(string service) =>
        [.. Effects[service].SelectMany(effect => effect.Messages).Where(message => message.Service.Name == service).Distinct()];
}

/// <summary>When an effect is felt.</summary>
/// <param name="Delay">From the fault's start.</param>
/// <param name="Ramp">From nothing to full.</param>
/// <param name="Linger">Beyond the fault's end.</param>
internal readonly record struct EffectTiming(TimeSpan Delay, TimeSpan Ramp, TimeSpan Linger)
{
    /// <summary>How strong the effect is, 0–1.</summary>
    public double LevelAt(long micros, long from, long to)
    {
        var since = micros - from - (Delay.Ticks / TimeSpan.TicksPerMicrosecond);
        if (since < 0 || micros >= to + (Linger.Ticks / TimeSpan.TicksPerMicrosecond))
        {
            return 0;
        }

        return Ramp <= TimeSpan.Zero ? 1 : Math.Min(1, since / Ramp.TotalMicroseconds);
    }
}

/// <summary>One thing a fault does.</summary>
internal abstract record FaultEffect(EffectTiming Timing)
{
    /// <summary>Messages that come only with the fault.</summary>
    public virtual IEnumerable<MessageShape> Messages => [];
}

/// <summary>Operations take longer.</summary>
internal sealed record SlowEffect(EffectTiming Timing, IReadOnlyList<Operation> Operations, double Factor) : FaultEffect(Timing);

/// <summary>Operations fail.</summary>
/// <param name="Takes">How long until they do.</param>
/// <param name="Status">0 for the operation's own.</param>
internal sealed record FailEffect(EffectTiming Timing, IReadOnlyList<Operation> Operations, double Chance, Latency Takes, int Status, IReadOnlyList<LineUse> Lines)
    : FaultEffect(Timing)
{
    /// <inheritdoc/>
    public override IEnumerable<MessageShape> Messages => Lines.Select(line => line.Message);
}

/// <summary>Lines come that belong to no request.</summary>
/// <param name="Share">Of the configured rate.</param>
internal sealed record EmitEffect(EffectTiming Timing, MessageShape Message, double Share) : FaultEffect(Timing)
{
    /// <inheritdoc/>
    public override IEnumerable<MessageShape> Messages => [Message];
}

/// <summary>Lines come once, in a row, from every process of their service or from one.</summary>
/// <param name="AtEnd">Counted from the fault's end instead of its start.</param>
/// <param name="Spacing">Between two of them.</param>
internal sealed record OnceEffect(EffectTiming Timing, bool AtEnd, TimeSpan Spacing, bool EveryHost, IReadOnlyList<MessageShape> Lines) : FaultEffect(Timing)
{
    /// <inheritdoc/>
    public override IEnumerable<MessageShape> Messages => Lines;
}

/// <summary>A service writes nothing, or less.</summary>
/// <param name="Share">Of its lines that are missing.</param>
internal sealed record SilenceEffect(EffectTiming Timing, ServiceModel Service, double Share, bool AtEnd, TimeSpan Length) : FaultEffect(Timing);

/// <summary>There is more of everything.</summary>
internal sealed record TrafficEffect(EffectTiming Timing, double Factor) : FaultEffect(Timing);

/// <summary>Requests come that otherwise do not.</summary>
/// <param name="Share">Requests a second, of the configured rate of records.</param>
internal sealed record RequestsEffect(EffectTiming Timing, Operation Operation, double Share) : FaultEffect(Timing)
{
    /// <inheritdoc/>
    public override IEnumerable<MessageShape> Messages => MessagesOf(Operation);

    private static IEnumerable<MessageShape> MessagesOf(Operation operation) =>
        operation.Start.Concat(operation.End).Select(line => line.Message).Concat(operation.Calls.SelectMany(call => MessagesOf(call.Callee)));
}

/// <summary>A service shows another version.</summary>
internal sealed record VersionEffect(EffectTiming Timing, ServiceModel Service, byte[] Version) : FaultEffect(Timing);

/// <summary>The faults that come by themselves.</summary>
/// <param name="First">After the stream's start.</param>
/// <param name="Every">From one start to the next.</param>
/// <param name="Faults">In turn.</param>
internal sealed record FaultSchedule(TimeSpan First, TimeSpan Every, IReadOnlyList<ScheduledFault> Faults);

/// <summary>One of the schedule.</summary>
internal sealed record ScheduledFault(FaultKind Kind, string Service, TimeSpan Duration, double Intensity);
