using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using LogConsole.Storage;
using LogConsole.Tests.TestSupport;
using YamlDotNet.RepresentationModel;

namespace LogConsole.Tests.Architecture;

/// <summary>The example settings and the container files name the options that exist, and nothing else.</summary>
public sealed partial class ConfigurationFilesTests
{
    private static readonly Dictionary<string, Type> s_sections = typeof(StorageOptions).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetField("Section") is { IsLiteral: true })
        .ToDictionary(type => (string)type.GetField("Section")!.GetRawConstantValue()!, StringComparer.Ordinal);

    [Fact]
    public void ExampleSettings_MirrorTheClassesAndTheirDefaults()
    {
        using var example = JsonDocument.Parse(Repository.Read("appsettings.example.json"));
        var sections = example.RootElement.EnumerateObject().Where(section => section.Name != "ConnectionStrings").ToList();

        Assert.Equal(s_sections.Keys.Order(StringComparer.Ordinal), sections.Select(section => section.Name).Order(StringComparer.Ordinal));
        foreach (var section in sections)
        {
            var defaults = Activator.CreateInstance(s_sections[section.Name])!;
            var expected = Properties(s_sections[section.Name]).ToDictionary(
                property => property.Name, property => TextOf(property.GetValue(defaults)), StringComparer.Ordinal);
            var actual = section.Value.EnumerateObject().ToDictionary(setting => setting.Name, setting => TextOf(setting.Value), StringComparer.Ordinal);
            Assert.Equivalent(expected, actual, strict: true);
        }
    }

    [Fact]
    public void Compose_IsYaml_AndNamesOnlySettingsThatExist()
    {
        var services = Services();

        Assert.Equal(["console", "kafka", "ollama", "postgres"], services.Keys.Order(StringComparer.Ordinal));
        var environment = (YamlMappingNode)services["console"]["environment"];
        Assert.All(environment.Children.Keys.Select(key => key.ToString()).Where(key => key.Contains("__", StringComparison.Ordinal)), AssertExists);
    }

    [Fact]
    public void Compose_EveryServiceHasHealthCheckVolumeAndRestart() => Assert.All(Services().Values, service =>
    {
        Assert.Contains("healthcheck", service.Children.Keys.Select(key => key.ToString()));
        Assert.Contains("volumes", service.Children.Keys.Select(key => key.ToString()));
        Assert.Equal("unless-stopped", service["restart"].ToString());
    });

    [Fact]
    public void Dockerfile_NamesOnlySettingsThatExist_AndDoesNotRunAsRoot()
    {
        var text = Repository.Read("Dockerfile");
        var settings = Setting().Matches(text).Select(match => match.Value).ToList();

        Assert.NotEmpty(settings);
        Assert.All(settings, AssertExists);
        Assert.Matches(@"(?m)^USER app$", text);
        Assert.Matches(@"\bPORT=\d+", text);
    }

    private static void AssertExists(string variable)
    {
        var parts = variable.Split("__");
        if (parts[0] == "ConnectionStrings")
        {
            Assert.Equal("LogConsole", parts[1]);
            return;
        }

        Assert.True(s_sections.TryGetValue(parts[0], out var type), $"{variable}: there is no section {parts[0]}");
        foreach (var part in parts[1..])
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                type = type!.GetGenericArguments()[0];
                continue;
            }

            type = type!.GetProperty(part)?.PropertyType;
            Assert.True(type is not null, $"{variable}: there is no setting {part}");
        }
    }

    private static Dictionary<string, YamlMappingNode> Services()
    {
        var yaml = new YamlStream();
        using var reader = new StringReader(Repository.Read("docker-compose.yml"));
        yaml.Load(reader);
        var services = (YamlMappingNode)yaml.Documents[0].RootNode["services"];
        return services.Children.ToDictionary(service => service.Key.ToString(), service => (YamlMappingNode)service.Value, StringComparer.Ordinal);
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    private static string? TextOf(object? value) => value switch
    {
        null => null,
        string text => text,
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        IEnumerable list => $"{list.Cast<object>().Count()} items",
        JsonElement { ValueKind: JsonValueKind.Null } => null,
        JsonElement { ValueKind: JsonValueKind.Array } array => $"{array.GetArrayLength()} items",
        JsonElement json => json.ToString(),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+(__[A-Za-z0-9]+)+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Setting();
}
