using LogConsole.Ingestion.Simulator.Engine;

namespace LogConsole.Ingestion.Simulator.Scenarios;

/// <summary>Reads the section <c>operations</c>: the call graph.</summary>
internal sealed class OperationReader(IReadOnlyDictionary<string, ServiceModel> services, IReadOnlyDictionary<string, MessageShape> messages)
{
    // Far longer than a person waits, and well below what the generator holds back.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, Operation> _operations = new(StringComparer.Ordinal);

    /// <summary>By their number.</summary>
    public IReadOnlyList<Operation> All => [.. _operations.Values];

    /// <summary>Reads all, whatever their order, and refuses circles.</summary>
    public void ReadAll(YamlMap root)
    {
        var sections = root.Members("operations").Select(member => (member.Key, member.Value, Map: member.Value.Map())).ToList();
        foreach (var (id, value, map) in sections)
        {
            if (!services.TryGetValue(id.Split('.')[0], out var service))
            {
                value.Fault($"must begin with the name of a service and a point; services are {string.Join(", ", services.Keys)}");
                continue;
            }

            _operations[id] = new Operation(
                _operations.Count, id, service, Takes(map.Find("takes")), (int)map.Number("status", 0, 999, 200), (int)map.Number("failed_status", 0, 999, 500));
        }

        foreach (var (id, value, map) in sections)
        {
            if (_operations.TryGetValue(id, out var operation))
            {
                Fill(operation, map);
            }

            map.Done();
        }

        foreach (var (id, value, _) in sections)
        {
            if (_operations.TryGetValue(id, out var operation) && CallsItself(operation, operation, []))
            {
                value.Fault("calls itself, directly or through others");
            }
        }
    }

    /// <summary>An operation by its id; null and a fault when there is none.</summary>
    public Operation? Find(string? id, YamlValue at)
    {
        if (id is null || _operations.TryGetValue(id, out var operation))
        {
            return id is null ? null : _operations[id];
        }

        at.Fault($"there is no operation {id}");
        return null;
    }

    /// <summary>Operations by id or, with <c>auth.*</c>, all of a service.</summary>
    public IReadOnlyList<Operation> FindAll(YamlValue list)
    {
        var found = new List<Operation>();
        foreach (var item in list.Items())
        {
            var id = item.Text();
            if (id is not null && id.EndsWith(".*", StringComparison.Ordinal) && services.ContainsKey(id[..^2]))
            {
                found.AddRange(_operations.Values.Where(operation => operation.Service.Name == id[..^2]));
            }
            else if (Find(id, item) is { } operation)
            {
                found.Add(operation);
            }
        }

        return found;
    }

    /// <summary>A message by its id; null and a fault when there is none.</summary>
    public MessageShape? Message(string? id, YamlValue at)
    {
        if (id is null || messages.TryGetValue(id, out var message))
        {
            return id is null ? null : messages[id];
        }

        at.Fault($"there is no message {id}");
        return null;
    }

    /// <summary>Lines an operation may write: ids, or maps of <c>message</c> and <c>chance</c>. They must be of its service.</summary>
    public IReadOnlyList<LineUse> Lines(IReadOnlyList<YamlValue> items, ServiceModel? service)
    {
        var lines = new List<LineUse>();
        foreach (var item in items)
        {
            var (id, chance) = WithChance(item, "message");
            if (Message(id, item) is not { } message)
            {
                continue;
            }

            if (service is not null && message.Service != service)
            {
                item.Fault($"{id} is no message of {service.Name}");
            }

            lines.Add(new LineUse(message, chance));
        }

        return lines;
    }

    /// <summary>A median, or a median and a spread.</summary>
    public static Latency Takes(YamlValue? value)
    {
        if (value is not { } takes)
        {
            return default;
        }

        var items = takes.Items();
        if (items.Count > 2)
        {
            takes.Fault("must be a length of time, or [length, spread]");
        }

        var median = items[0].Time();
        if (median > s_longest)
        {
            items[0].Fault($"must not be longer than {s_longest.TotalSeconds:0} s");
        }

        return new Latency(median.TotalMicroseconds, items.Count > 1 ? items[1].Number(0, 0.8) : 0.35);
    }

    private void Fill(Operation operation, YamlMap map)
    {
        operation.Start = Lines(map.Items("start"), operation.Service);
        operation.End = Lines(map.Items("end"), operation.Service);
        operation.Failed = Lines(map.Items("failed"), operation.Service);
        operation.Calls = [.. map.Items("calls").Select(item => ReadCall(item, operation)).OfType<Call>()];
        operation.Errors = [.. map.Items("errors").Select(item => ReadError(item, operation))];
        operation.ErrorChoice = operation.Errors.Count == 0 ? null : new WeightedChoice([.. operation.Errors.Select(error => error.Weight)]);
    }

    private Call? ReadCall(YamlValue item, Operation caller)
    {
        if (item.Node is YamlDotNet.RepresentationModel.YamlScalarNode)
        {
            return Find(item.Text(), item) is { } plain ? new Call(plain, 1, 1, [], [], false) : null;
        }

        var map = item.Map();
        var callee = Find(map.Text("call"), item);
        var instead = map.Items("instead").Select(other => ReadCall(other, caller)).OfType<Call>().ToList();
        var call = callee is null
            ? null
            : new Call(
                callee, map.Number("chance", 0, 1, 1), (int)map.Number("times", 1, 20, 1), Lines(map.Items("on_failure"), caller.Service), instead, map.Flag("continue"));
        map.Done();
        return call;
    }

    private OperationError ReadError(YamlValue item, Operation operation)
    {
        var map = item.Map();
        var error = new OperationError(
            map.Number("weight", 0.001, 1000, 1), Takes(map.Find("takes")), map.Find("fails")?.Flag() ?? true, (int)map.Number("status", 0, 999, 0),
            Lines(map.Items("lines"), operation.Service));
        map.Done();
        return error;
    }

    private static (string? Id, double Chance) WithChance(YamlValue item, string key)
    {
        if (item.Node is YamlDotNet.RepresentationModel.YamlScalarNode)
        {
            return (item.Text(), 1);
        }

        var map = item.Map();
        var found = (map.Text(key), map.Number("chance", 0, 1, 1));
        map.Done();
        return found;
    }

    private static bool CallsItself(Operation from, Operation sought, HashSet<Operation> seen)
    {
        foreach (var callee in from.Calls.SelectMany(call => call.Instead.Append(call)).Select(call => call.Callee))
        {
            if (callee == sought || (seen.Add(callee) && CallsItself(callee, sought, seen)))
            {
                return true;
            }
        }

        return false;
    }
}
