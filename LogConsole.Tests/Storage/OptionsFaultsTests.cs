using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LogConsole.Tests.Storage;

public sealed class OptionsFaultsTests
{
    [Fact]
    public void ThrowIfAny_EverythingWrong_ListsEachKeyOnce()
    {
        var fault = Assert.Throws<StartupException>(() => Check(new()
        {
            ["Sample:Count"] = "500",
            ["Sample:Bytes"] = "9",
            ["Sample:Pause"] = "soon",
            ["Sample:Mode"] = "Sideways",
            ["Sample:Cuont"] = "1",
            ["Sample:Name"] = "",
            ["Sample:Inner:Size"] = "0",
            ["Sample:Routes:0:Size"] = "0",
            ["Sample:ByName:a:Size"] = "0",
            ["Sample:ByName:a:Sise"] = "1",
        }));
        Assert.Equal(ExitCodes.Configuration, fault.ExitCode);
        Assert.Equal(
            [
                "11 settings are wrong:",
                "  Sample:ByName:a:Sise: there is no such setting; did you mean Sample:ByName:a:Size?",
                "  Sample:Cuont: there is no such setting; did you mean Sample:Count?",
                "  Sample:Mode: 'Sideways' is not one of Forwards, Backwards.",
                "  Sample:Pause: 'soon' is not a duration (write 00:00:30 for thirty seconds, 7.00:00:00 for seven days).",
                "  The field Sample:Count must be between 1 and 100. It is 500.",
                "  The field Sample:Bytes must be at least 64. It is 9.",
                "  The Sample:Name field is required.",
                "  The field Sample:Inner:Size must be between 1 and 10. It is 0.",
                "  The field Sample:Routes:0:Size must be between 1 and 10. It is 0.",
                "  The field Sample:ByName:a:Size must be between 1 and 10. It is 0.",
                "  Sample:Count and Sample:Name do not go together.",
            ],
            fault.Message.Split(Environment.NewLine));
    }

    [Fact]
    public void ThrowIfAny_GoodSettings_AreBound()
    {
        var options = Check(new()
        {
            ["SAMPLE:COUNT"] = "7",
            ["Sample:Pause"] = "00:00:05",
            ["Sample:Mode"] = "backwards",
            ["Sample:Names:0"] = "x",
            ["Sample:ByName:any name:Size"] = "3",
        });
        Assert.Equal(7, options.Count);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Pause);
        Assert.Equal(Mode.Backwards, options.Mode);
        Assert.Equal(["x"], options.Names);
        Assert.Equal(3, options.ByName["any name"].Size);
    }

    [Fact]
    public void ThrowIfAny_NothingSet_IsFine() => Assert.Equal(10, Check([]).Count);

    [Theory]
    [InlineData("Smaple:Count", "Smaple:Count: there is no section Smaple; did you mean Sample?")]
    [InlineData("SAMPL:NONSENSE", "SAMPL:NONSENSE: there is no section SAMPL; did you mean Sample?")]
    [InlineData("ConnectionString:LogConsole", "ConnectionString:LogConsole: there is no section ConnectionString; did you mean ConnectionStrings?")]
    [InlineData("ConnectionStrings:LogConsol", "ConnectionStrings:LogConsol: there is no such connection string; did you mean ConnectionStrings:LogConsole?")]
    [InlineData("Loging:LogLevel:Default", "Loging:LogLevel: there is no section Loging; did you mean Logging?")]
    public void ThrowIfAny_MisspeltSection_IsTold(string key, string expected)
    {
        var fault = Assert.Throws<StartupException>(() => Check(new() { [key] = "1" }));
        Assert.Equal(["A setting is wrong:", "  " + expected], fault.Message.Split(Environment.NewLine));
    }

    [Theory]
    [InlineData("Sampl")]
    [InlineData("Sample")]
    [InlineData("Exemplary:Count")]
    [InlineData("npm_config_:cache")]
    [InlineData(":CF_USER_TEXT_ENCODING")]
    [InlineData("Logging:LogLevel:Default")]
    [InlineData("Kestrel:Limits:MaxConcurrentConnections")]
    [InlineData("ConnectionStrings:Warehouse")]
    public void ThrowIfAny_SettingsOfOthers_AreNoneOfOurBusiness(string key) => Assert.Equal(10, Check(new() { [key] = "1" }).Count);

    private static Sample Check(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddConsoleOptions<Sample>("Sample");
        builder.Services.AddSingleton<IValidateOptions<Sample>, SampleValidator>();
        using var host = builder.Build();
        OptionsFaults.ThrowIfAny(host.Services);
        return host.Services.GetRequiredService<IOptions<Sample>>().Value;
    }

    public enum Mode
    {
        Forwards,
        Backwards,
    }

    public sealed class Sample
    {
        [Range(1, 100)]
        public int Count { get; set; } = 10;

        [Range(64L, long.MaxValue)]
        public long Bytes { get; set; } = 64;

        public TimeSpan Pause { get; set; }

        public Mode Mode { get; set; }

        [Required]
        public string Name { get; set; } = "name";

        public List<string> Names { get; } = [];

        public Inner Inner { get; set; } = new();

        public List<Inner> Routes { get; } = [];

        public Dictionary<string, Inner> ByName { get; } = [];
    }

    public sealed class Inner
    {
        [Range(1, 10)]
        public int Size { get; set; } = 1;
    }

    private sealed class SampleValidator : IValidateOptions<Sample>
    {
        public ValidateOptionsResult Validate(string? name, Sample options) =>
            options is { Count: 500, Name: "" } ? ValidateOptionsResult.Fail("Sample:Count and Sample:Name do not go together.") : ValidateOptionsResult.Success;
    }
}
