using System.Globalization;
using LogConsole.Ingestion.Simulator.Engine;

namespace LogConsole.Ingestion.Simulator.Scenarios;

/// <summary>Reads the section <c>fields</c>: what the placeholders of a scenario stand for.</summary>
internal sealed class FieldReader
{
    private readonly Dictionary<string, FieldSource> _fields = new(BuiltInField.All, StringComparer.Ordinal);

    /// <summary>A field by its name; null when there is none.</summary>
    public FieldSource? Find(string name) => _fields.GetValueOrDefault(name);

    /// <summary>Reads all; a composed field may name those above it.</summary>
    public void ReadAll(IEnumerable<(string Name, YamlValue Value)> fields)
    {
        foreach (var (name, value) in fields)
        {
            if (BuiltInField.All.ContainsKey(name))
            {
                value.Fault("is the name of a field that is there anyway");
            }
            else if (Read(value) is { } field)
            {
                _fields[name] = field;
            }
        }
    }

    /// <summary>Reads a text with placeholders; null and a fault when it names a field that is not there.</summary>
    public TextTemplate? Template(string text, YamlValue at)
    {
        if (TextTemplate.TryParse(text, Find, out var template, out var unknown))
        {
            return template;
        }

        at.Fault($"there is no field {unknown}; fields are {string.Join(", ", _fields.Keys.Order(StringComparer.Ordinal))}");
        return null;
    }

    private FieldSource? Read(YamlValue value)
    {
        var index = 64 + _fields.Count;
        var map = value.Map();
        var perRequest = PerRequest(map);
        FieldSource? field = null;
        if (map.Find("int") is { } whole)
        {
            var (from, to) = Range(whole);
            field = new IntegerField(index, perRequest, (long)from, (long)to, map.Number("skew", 0.1, 10, 1));
        }
        else if (map.Find("decimal") is { } fraction)
        {
            var (from, to) = Range(fraction);
            field = new DecimalField(index, perRequest, from, to);
        }
        else if (map.Find("grow") is { } grow)
        {
            var (from, to) = Range(grow);
            field = new GrowingField(index, from, to);
        }
        else if (map.Find("hex") is { } hex)
        {
            field = new HexField(index, perRequest, (int)hex.Number(1, 16));
        }
        else if (map.Find("uuid") is { } uuid)
        {
            field = uuid.Flag() ? new UuidField(index, perRequest) : null;
        }
        else if (map.Find("address") is { } address)
        {
            field = Address(index, perRequest, address);
        }
        else if (map.Find("text") is { } text)
        {
            field = text.Text() is { } pattern && IsPlain(pattern, text) && Template(pattern, text) is { } template ? new ComposedField(template) : null;
        }
        else if (map.Find("choice") is { } choice)
        {
            field = Choice(index, perRequest, choice, map.Find("weights"));
        }
        else
        {
            value.Fault("must have one of the keys choice, int, decimal, grow, hex, uuid, address, text");
            return null;
        }

        map.Done();
        return field;
    }

    private static bool PerRequest(YamlMap map)
    {
        if (map.Find("per") is not { } per)
        {
            return false;
        }

        switch (per.Text())
        {
            case "request":
                return true;
            case "line":
                return false;
            default:
                per.Fault("must be request or line");
                return false;
        }
    }

    private static (double From, double To) Range(YamlValue value)
    {
        if (value.Items() is not [var from, var to])
        {
            value.Fault("must be two numbers, [from, to]");
            return default;
        }

        var range = (from.Number(-1e12, 1e12), to.Number(-1e12, 1e12));
        if (range.Item1 > range.Item2)
        {
            value.Fault("must begin with the smaller number");
        }

        return range;
    }

    private static AddressField? Address(int index, bool perRequest, YamlValue value)
    {
        var prefix = new List<byte>();
        foreach (var part in (value.Text() ?? "").Split('.'))
        {
            if (!byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || prefix.Count == 3)
            {
                value.Fault("must be one to three numbers of an address, such as 203.0");
                return null;
            }

            prefix.Add(number);
        }

        return new AddressField(index, perRequest, prefix);
    }

    private static ChoiceField? Choice(int index, bool perRequest, YamlValue value, YamlValue? weights)
    {
        var choices = value.Items().Select(item => item.Text() is { } text && IsPlain(text, item) ? text : "").ToList();
        var shares = weights?.Items().Select(item => item.Number(0.001, 1e6)).ToList() ?? [.. choices.Select(_ => 1.0)];
        if (shares.Count != choices.Count)
        {
            weights!.Value.Fault($"must be as many as there are choices, {choices.Count}");
            return null;
        }

        return choices.Count == 0
            ? null
            : new ChoiceField(index, perRequest, choices, shares, choices.TrueForAll(text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)));
    }

    private static bool IsPlain(string text, YamlValue at)
    {
        if (!text.Any(c => c is '"' or '\\' || char.IsControl(c)))
        {
            return true;
        }

        at.Fault("must not contain quotation marks, backslashes or control characters: it stands in JSON too");
        return false;
    }
}
