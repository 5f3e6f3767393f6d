using System.Text;

namespace LogConsole.Ingestion.Simulator.Scenarios;

/// <summary>Reads the sections <c>faults</c> and <c>schedule</c>.</summary>
internal sealed class FaultReader(IReadOnlyDictionary<string, ServiceModel> services, OperationReader operations)
{
    // Stands for the service the fault happens in.
    private const string Root = "$service";

    /// <summary>Reads all kinds.</summary>
    public IReadOnlyList<FaultKind> ReadAll(YamlMap root) => [.. root.Members("faults").Select(member => Read(member.Key, member.Value))];

    /// <summary>Reads the schedule; null when there is none.</summary>
    public FaultSchedule? Schedule(YamlMap root, IReadOnlyList<FaultKind> kinds)
    {
        if (root.Find("schedule")?.Map() is not { } map)
        {
            return null;
        }

        var every = map.Time("every");
        if (every < TimeSpan.FromMinutes(1))
        {
            map.Self.Fault("every: must be at least 1m");
        }

        var faults = map.Items("faults").Select(item => Scheduled(item.Map(), kinds)).OfType<ScheduledFault>().ToList();
        var schedule = new FaultSchedule(map.Time("first"), every, faults);
        map.Done();
        return faults.Count == 0 ? null : schedule;
    }

    private static ScheduledFault? Scheduled(YamlMap map, IReadOnlyList<FaultKind> kinds)
    {
        var name = map.Text("kind");
        var kind = kinds.FirstOrDefault(kind => kind.Name == name);
        var service = map.Find("service")?.Text() ?? (kind is { Services: [var first, ..] } ? first.Name : null);
        var duration = map.Find("duration")?.Time() ?? kind?.Duration ?? default;
        var intensity = map.Number("intensity", 0.05, 10, 1);
        map.Done();
        if (kind is null || service is null || !kind.Effects.ContainsKey(service))
        {
            map.Self.Fault(kind is null ? $"kind: there is no fault {name}; faults are {string.Join(", ", kinds.Select(known => known.Name))}" : $"service: {name} does not happen in {service}");
            return null;
        }

        return new ScheduledFault(kind, service, duration, intensity);
    }

    private FaultKind Read(string name, YamlValue value)
    {
        var map = value.Map();
        var about = map.Text("about");
        var duration = map.Time("duration");
        var roots = map.Items("services").Select(item => Service(item, null)).OfType<ServiceModel>().ToList();
        if (roots.Count == 0)
        {
            value.Fault("services: must name at least one service");
        }

        if (duration <= TimeSpan.Zero)
        {
            value.Fault("duration: must be longer than nothing");
        }

        var affected = new Dictionary<string, IReadOnlyList<ServiceModel>>(StringComparer.Ordinal);
        var effects = new Dictionary<string, IReadOnlyList<FaultEffect>>(StringComparer.Ordinal);
        foreach (var root in roots)
        {
            affected[root.Name] = [.. map.Items("affected").Select(item => Service(item, root)).OfType<ServiceModel>()];
            effects[root.Name] = [.. map.Items("effects").Select(item => Effect(item.Map(), root)).OfType<FaultEffect>()];
        }

        map.Done();
        return new FaultKind(name, about, duration, roots, affected, effects);
    }

    private FaultEffect? Effect(YamlMap map, ServiceModel root)
    {
        var timing = new EffectTiming(map.Time("delay"), map.Time("ramp"), map.Time("linger"));
        var effect = Read(map, timing, root);
        map.Done();
        return effect;
    }

    private FaultEffect? Read(YamlMap map, EffectTiming timing, ServiceModel root)
    {
        if (map.Find("slow") is { } slow)
        {
            return new SlowEffect(timing, operations.FindAll(slow), map.Number("factor", 1, 1000, 2));
        }

        if (map.Find("fail") is { } fail)
        {
            var failing = operations.FindAll(fail);
            var service = failing.Count == 0 ? null : failing[0].Service;
            if (failing.Any(operation => operation.Service != service))
            {
                fail.Fault("must be operations of one service: write an effect for each");
            }

            return new FailEffect(
                timing, failing, map.Number("chance", 0, 1, 1), OperationReader.Takes(map.Find("takes")), (int)map.Number("status", 0, 999, 0),
                operations.Lines(map.Items("lines"), service));
        }

        if (map.Find("emit") is { } emit)
        {
            return operations.Message(emit.Text(), emit) is { } message ? new EmitEffect(timing, message, map.Number("share", 0, 10, 0.01)) : null;
        }

        if (map.Find("once") is { } once)
        {
            var atEnd = map.Find("at") is { } at && at.Text() == "end";
            return new OnceEffect(timing, atEnd, map.Time("spacing"), map.Flag("every_host"), [.. operations.Lines(once.Items(), null).Select(line => line.Message)]);
        }

        if (map.Find("silence") is { } silence)
        {
            var after = map.Find("after_end")?.Time();
            return Service(silence, root) is { } service ? new SilenceEffect(timing, service, map.Number("share", 0, 1, 1), after is not null, after ?? default) : null;
        }

        if (map.Find("traffic") is { } traffic)
        {
            return new TrafficEffect(timing, traffic.Number(1, 100));
        }

        if (map.Find("requests") is { } requests)
        {
            return operations.Find(requests.Text(), requests) is { } operation ? new RequestsEffect(timing, operation, map.Number("share", 0, 10, 0.1)) : null;
        }

        if (map.Find("version") is { } version)
        {
            return Service(version, root) is { } service ? new VersionEffect(timing, service, Encoding.UTF8.GetBytes(map.Text("to"))) : null;
        }

        map.Self.Fault("must have one of the keys slow, fail, emit, once, silence, traffic, requests, version");
        return null;
    }

    private ServiceModel? Service(YamlValue item, ServiceModel? root)
    {
        var name = item.Text();
        if (name == Root && root is not null)
        {
            return root;
        }

        if (name is null || services.TryGetValue(name, out var service))
        {
            return name is null ? null : services[name];
        }

        item.Fault($"there is no service {name}; services are {string.Join(", ", services.Keys)}");
        return null;
    }
}
