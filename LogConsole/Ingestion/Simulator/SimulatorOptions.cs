using System.ComponentModel.DataAnnotations;
using LogConsole.Ingestion.Simulator.Scenarios;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion.Simulator;

/// <summary>The demo stream. Section <c>Simulator</c>.</summary>
public sealed class SimulatorOptions
{
    public const string Section = "Simulator";

    /// <summary>The scenario that comes with the console.</summary>
    public const string DefaultScenario = "shop";

    /// <summary>The most the stream makes, records a second.</summary>
    public const int MaxEventsPerSecond = 50_000;

    /// <summary>
    /// True: streams from the start. False: never, also not on request. Null, the default: streams from the start while no other source is
    /// configured and no record from anywhere else is stored.
    /// </summary>
    public bool? Enabled { get; set; }

    /// <summary>Records a second, the mean over a week: nights are quieter than days. Default 50. The API may change it for the running stream.</summary>
    [Range(1, MaxEventsPerSecond)]
    public int EventsPerSecond { get; set; } = 50;

    /// <summary>Share of records of severity error or worse on an ordinary day, 0–0.2. Default 0.02.</summary>
    [Range(0, 0.2)]
    public double ErrorShare { get; set; } = 0.02;

    /// <summary>The same seed, scenario and start give the same records. Default 1.</summary>
    public long Seed { get; set; } = 1;

    /// <summary>A scenario of the console, or the path of a scenario file. Default <c>shop</c>.</summary>
    [Required]
    public string Scenario { get; set; } = DefaultScenario;

    /// <summary>True: faults of every kind at random moments instead of the scenario's schedule. Default false.</summary>
    public bool RandomFaults { get; set; }
}

/// <summary>A scenario file of one's own must be readable at the start.</summary>
internal sealed class SimulatorOptionsValidator : IValidateOptions<SimulatorOptions>
{
    public ValidateOptionsResult Validate(string? name, SimulatorOptions options)
    {
        if (options.Enabled == false || ScenarioReader.BuiltIn.Contains(options.Scenario, StringComparer.Ordinal))
        {
            return ValidateOptionsResult.Success;
        }

        try
        {
            ScenarioReader.Load(options.Scenario);
            return ValidateOptionsResult.Success;
        }
        catch (ScenarioException e)
        {
            return ValidateOptionsResult.Fail(e.Faults.Select(fault => $"{SimulatorOptions.Section}:{nameof(options.Scenario)}: {fault}"));
        }
    }
}
