using System.Globalization;
using System.Text;
using System.Text.Json;
using LogConsole.Ingestion.Simulator.Engine;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LogConsole.Ingestion.Simulator.Scenarios;

/// <summary>Reads a scenario file. Everything the engine needs is checked here, and all faults are told at once.</summary>
internal sealed class ScenarioReader
{
    private readonly YamlFaults _faults;
    private readonly FieldReader _fields = new();
    private readonly Dictionary<string, ServiceModel> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _serviceAttributes = new(StringComparer.Ordinal); // by service: members of JSON objects
    private readonly Dictionary<string, MessageShape> _messages = new(StringComparer.Ordinal);
    private string _attributes = "";
    private string _requestAttributes = "";

    private ScenarioReader(string file) => _faults = new YamlFaults(file);

    /// <summary>The names of the scenarios that come with the console.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } =
        [.. typeof(ScenarioReader).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension).OfType<string>()];

    private const string Prefix = "Scenarios/";

    /// <summary>Reads a scenario that comes with the console, by name, or a file. Throws <see cref="ScenarioException"/>.</summary>
    public static Scenario Load(string nameOrPath)
    {
        if (typeof(ScenarioReader).Assembly.GetManifestResourceStream($"{Prefix}{nameOrPath}.yml") is { } resource)
        {
            using var reader = new StreamReader(resource);
            return Read(nameOrPath + ".yml", reader.ReadToEnd());
        }

        try
        {
            return Read(Path.GetFileName(nameOrPath), File.ReadAllText(nameOrPath));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ScenarioException([$"'{nameOrPath}' is neither a scenario of the console ({string.Join(", ", BuiltIn)}) nor a file that can be read: {e.Message}"]);
        }
    }

    /// <summary>Reads a scenario's text. Throws <see cref="ScenarioException"/>.</summary>
    /// <param name="file">The name to tell in faults.</param>
    public static Scenario Read(string file, string yaml)
    {
        var reader = new ScenarioReader(file);
        var scenario = reader.Read(yaml);
        return reader._faults.All.Count == 0 ? scenario! : throw new ScenarioException(reader._faults.All);
    }

    private Scenario? Read(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            using var text = new StringReader(yaml);
            stream.Load(text);
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException)
        {
            // The parser says InvalidOperationException where a text ends too early.
            _faults.Add(e is YamlException yamlFault ? yamlFault.Start.Line : 1, $"is no YAML: {e.Message}");
            return null;
        }

        if (stream.Documents.Count != 1)
        {
            _faults.Add(1, "must hold one document");
            return null;
        }

        var root = new YamlValue(stream.Documents[0].RootNode, "", _faults).Map();
        var name = root.Text("name");
        var rhythm = Rhythm(root);
        _fields.ReadAll(root.Members("fields"));
        _attributes = Attributes(root.Find("attributes"));
        _requestAttributes = Attributes(root.Find("request_attributes"));
        ReadServices(root);
        ReadMessages(root);
        var operations = new OperationReader(_services, _messages);
        operations.ReadAll(root);
        var background = root.Members("background")
            .Select(member => operations.Message(member.Key, member.Value) is { } message ? new BackgroundLine(message, member.Value.Number(0, 0.5)) : null)
            .OfType<BackgroundLine>().ToList();
        if (background.Sum(line => line.Share) > 0.5)
        {
            root.Find("background")?.Fault("the shares must not sum up to more than 0.5");
        }

        var flows = root.Members("flows")
            .Select(member => operations.Find(member.Key, member.Value) is { } operation ? new Flow(operation, member.Value.Number(0.001, 1e6)) : null)
            .OfType<Flow>().ToList();
        if (flows.Count == 0)
        {
            root.Self.Fault("flows: there must be at least one kind of request");
        }

        var faults = new FaultReader(_services, operations);
        var kinds = faults.ReadAll(root);
        var schedule = faults.Schedule(root, kinds);
        root.Done();
        return new Scenario(name, rhythm, [.. _services.Values], [.. _messages.Values], operations.All, flows, background, kinds, schedule);
    }

    private static Rhythm Rhythm(YamlMap root)
    {
        var map = root.Require("rhythm")?.Map();
        var hours = Numbers(map, "hours", 24);
        var days = Numbers(map, "days", 7);
        map?.Done();
        return new Rhythm(hours, days);
    }

    private static List<double> Numbers(YamlMap? map, string key, int count)
    {
        var value = map?.Require(key);
        var numbers = value?.Items().Select(item => item.Number(0.01, 1e6)).ToList() ?? [];
        if (numbers.Count == count)
        {
            return numbers;
        }

        value?.Fault($"must be {count} numbers");
        return [.. Enumerable.Repeat(1.0, count)];
    }

    private void ReadServices(YamlMap root)
    {
        foreach (var (name, value) in root.Members("services"))
        {
            var map = value.Map();
            var replicas = (int)map.Number("replicas", 1, 50, 1);
            var version = map.Text("version");
            _serviceAttributes[name] = Attributes(map.Find("attributes"));
            _services[name] = new ServiceModel(_services.Count, name, version, [.. Enumerable.Range(0, replicas).Select(i => $"{name}-{i}")]);
            map.Done();
        }
    }

    private void ReadMessages(YamlMap root)
    {
        foreach (var (id, value) in root.Members("messages"))
        {
            var map = value.Map();
            var level = map.Text("level");
            var text = map.Text("text");
            var own = Attributes(map.Find("attributes"));
            map.Done();
            if (!_services.TryGetValue(id.Split('.')[0], out var service))
            {
                value.Fault($"must begin with the name of a service and a point; services are {string.Join(", ", _services.Keys)}");
            }
            else if (Severity(level) is not { } severity)
            {
                value.Fault($"level: '{level}' is none of trace, debug, info, warn, error, fatal");
            }
            else if (_fields.Template(text.TrimEnd('\n'), value) is { } template)
            {
                var ofService = _serviceAttributes[service.Name];
                _messages[id] = new MessageShape(
                    _messages.Count, id, service, severity, level.ToUpperInvariant(), text.TrimEnd('\n'), template,
                    Object(_attributes, _requestAttributes, ofService, own), Object(_attributes, ofService, own));
            }
        }
    }

    private static byte? Severity(string level) => level switch
    {
        "trace" => SeverityNumber.Trace,
        "debug" => SeverityNumber.Debug,
        "info" => SeverityNumber.Info,
        "warn" => SeverityNumber.Warn,
        "error" => SeverityNumber.Error,
        "fatal" => SeverityNumber.Fatal,
        _ => null,
    };

    // The members of a JSON object as text with placeholders: numbers stand bare, everything else in quotation marks.
    private string Attributes(YamlValue? section)
    {
        var json = new StringBuilder();
        foreach (var (name, value) in section?.Map().All ?? [])
        {
            var text = value.Text() ?? "";
            var template = _fields.Template(text, value);
            var bare = template?.OnlyField is { } field ? field.IsNumber : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) || text is "true" or "false";
            var escaped = string.Concat(TextTemplate.Split(text).Select(part =>
                JsonEncodedText.Encode(part.Literal, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + (part.Name is null ? "" : $"${{{part.Name}}}")));
            json.Append(",\"").Append(JsonEncodedText.Encode(name)).Append("\":").Append(bare ? escaped : $"\"{escaped}\"");
        }

        return json.ToString();
    }

    private TextTemplate Object(params IEnumerable<string> members)
    {
        var text = string.Concat(members);
        return TextTemplate.TryParse(text.Length == 0 ? "{}" : $"{{{text[1..]}}}", _fields.Find, out var template, out var unknown)
            ? template
            : throw new InvalidOperationException($"the field {unknown} was checked before");
    }
}
