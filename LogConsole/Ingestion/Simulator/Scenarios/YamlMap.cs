using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace LogConsole.Ingestion.Simulator.Scenarios;

/// <summary>The faults of one file, in the order they are found.</summary>
internal sealed class YamlFaults(string file)
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public void Add(YamlNode at, string path, string what) => _all.Add($"{file}({at.Start.Line}): {path}: {what}");

    public void Add(long line, string what) => _all.Add($"{file}({line}): {what}");
}

/// <summary>A value of a YAML file with the place it stands at.</summary>
internal readonly record struct YamlValue(YamlNode Node, string Path, YamlFaults Faults)
{
    /// <summary>The scalar's text; null and a fault when it is none.</summary>
    public string? Text()
    {
        if (Node is YamlScalarNode { Value: { Length: > 0 } text })
        {
            return text;
        }

        Faults.Add(Node, Path, "must be a text");
        return null;
    }

    /// <summary>A number of a range; its lower end and a fault when it is none.</summary>
    public double Number(double min, double max)
    {
        if (Node is YamlScalarNode scalar && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Faults.Add(Node, Path, string.Create(CultureInfo.InvariantCulture, $"must be a number from {min} to {max}"));
        return min;
    }

    /// <summary>A length of time such as 150ms, 30s, 5m or 1h.</summary>
    public TimeSpan Time()
    {
        if (Node is YamlScalarNode { Value: { } text } && DurationText.TryParse(text, out var time))
        {
            return time;
        }

        Faults.Add(Node, Path, "must be a length of time such as 150ms, 30s, 5m or 1h");
        return TimeSpan.Zero;
    }

    public bool Flag()
    {
        if (Node is YamlScalarNode { Value: "true" or "false" } scalar)
        {
            return scalar.Value == "true";
        }

        Faults.Add(Node, Path, "must be true or false");
        return false;
    }

    /// <summary>The elements of a list; a single value is a list of one.</summary>
    public IReadOnlyList<YamlValue> Items()
    {
        var self = this;
        return Node is YamlSequenceNode list
            ? [.. list.Children.Select((child, i) => new YamlValue(child, $"{self.Path}[{i}]", self.Faults))]
            : [this];
    }

    /// <summary>The members of a map; none and a fault when it is none.</summary>
    public YamlMap Map() => new(this);

    public void Fault(string what) => Faults.Add(Node, Path, what);
}

/// <summary>A map of a YAML file: keys are asked for by name, and <see cref="Done"/> tells the ones nobody asked for.</summary>
internal sealed class YamlMap
{
    private readonly YamlValue _self;
    private readonly Dictionary<string, YamlNode> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public YamlMap(YamlValue self)
    {
        _self = self;
        if (self.Node is not YamlMappingNode map)
        {
            self.Fault("must be a map of keys and values");
            return;
        }

        foreach (var (key, value) in map.Children)
        {
            _members[key is YamlScalarNode scalar ? scalar.Value ?? "" : key.ToString()] = value;
        }
    }

    /// <summary>All members in the file's order.</summary>
    public IEnumerable<(string Key, YamlValue Value)> All => _members.Select(member => (member.Key, Of(member.Key, member.Value)));

    public YamlValue Self => _self;

    /// <summary>A member, or null.</summary>
    public YamlValue? Find(string key)
    {
        _asked.Add(key);
        return _members.TryGetValue(key, out var node) ? Of(key, node) : null;
    }

    /// <summary>A member that must be there.</summary>
    public YamlValue? Require(string key)
    {
        if (Find(key) is { } value)
        {
            return value;
        }

        _self.Fault($"the key {key} is missing");
        return null;
    }

    public string Text(string key) => Require(key)?.Text() ?? "";

    public double Number(string key, double min, double max, double fallback) => Find(key)?.Number(min, max) ?? fallback;

    public TimeSpan Time(string key) => Find(key)?.Time() ?? TimeSpan.Zero;

    public bool Flag(string key) => Find(key)?.Flag() ?? false;

    public IReadOnlyList<YamlValue> Items(string key) => Find(key)?.Items() ?? [];

    /// <summary>A map that is empty when it is missing.</summary>
    public IEnumerable<(string Key, YamlValue Value)> Members(string key) => Find(key)?.Map().All ?? [];

    /// <summary>Tells every key that means nothing here.</summary>
    public void Done()
    {
        foreach (var (key, value) in All)
        {
            if (!_asked.Contains(key))
            {
                value.Fault($"there is no such key; here are {string.Join(", ", _asked.Order(StringComparer.Ordinal))}");
            }
        }
    }

    private YamlValue Of(string key, YamlNode node) => new(node, _self.Path.Length == 0 ? key : $"{_self.Path}.{key}", _self.Faults);
}
