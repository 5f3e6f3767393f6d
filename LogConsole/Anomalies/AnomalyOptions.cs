using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace LogConsole.Anomalies;

/// <summary>What counts as an anomaly and how anomalies become incidents. Windows are the 10 s rollups. Section <c>Anomalies</c>.</summary>
public sealed class AnomalyOptions
{
    public const string Section = "Anomalies";

    /// <summary>False: nothing is detected; what is stored stays. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How often committed rollups are looked at. Default 2 s; a window is judged after <c>Metrics:AllowedLateness</c> in any case.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Windows a service is only watched before it is judged. Default 60 (10 min).</summary>
    [Range(6, 100_000)]
    public int WarmUpWindows { get; set; } = 60;

    /// <summary>Services judged, at most; further ones are counted as not watched. Default 2,000.</summary>
    [Range(1, 100_000)]
    public int MaxServices { get; set; } = 2_000;

    /// <summary>Windows in a row that must lie outside the band before an anomaly opens. Default 3.</summary>
    [Range(1, 1_000)]
    public int ForWindows { get; set; } = 3;

    /// <summary>Windows in a row that must lie inside the band before an anomaly ends. Default 6.</summary>
    [Range(1, 1_000)]
    public int RecoveryWindows { get; set; } = 6;

    /// <summary>Share of records of severity error or above (0–1) that is an anomaly of any service not used to it. Default 0.2.</summary>
    [Range(0.01, 1)]
    public double ErrorShare { get; set; } = 0.2;

    /// <summary>Smallest error share (0–1) that is an anomaly when it is also five times the service's normal. Default 0.05.</summary>
    [Range(0.001, 1)]
    public double ErrorShareRise { get; set; } = 0.05;

    /// <summary>Records needed before a share is judged; the last 30 s, 1 min or 3 min, whichever has as many. Default 30.</summary>
    [Range(1, 1_000_000)]
    public int MinRecords { get; set; } = 30;

    /// <summary>Errors needed among them. Default 10.</summary>
    [Range(1, 1_000_000)]
    public int MinErrors { get; set; } = 10;

    /// <summary>Half-width of the volume band in robust standard deviations. Default 5.</summary>
    [Range(1, 100)]
    public double VolumeDeviations { get; set; } = 5;

    /// <summary>Smallest half-width of the volume band, as a share of what is expected. Default 0.5: half as much again, or half.</summary>
    [Range(0.05, 10)]
    public double VolumeChange { get; set; } = 0.5;

    /// <summary>Records in 20 s below which a volume is no spike, and an expectation below which there is no drop. Default 30.</summary>
    [Range(1, 1_000_000)]
    public int MinVolume { get; set; } = 30;

    /// <summary>Empty windows in a row, at least, before a regular service is silent. Default 3; services with gaps of their own get twice their longest gap.</summary>
    [Range(2, 1_000)]
    public int SilenceWindows { get; set; } = 3;

    /// <summary>Records of a new error template within a minute of its first one that make it an anomaly. Default 5.</summary>
    [Range(1, 1_000_000)]
    public int MinTemplateRecords { get; set; } = 5;

    /// <summary>Anomalies of other services starting within this of the start of an incident's newest open anomaly join it. Default 3 min.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan JoinWithin { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>An incident spreads to other services only this long after it began. Default 15 min.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan SpreadWithin { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>An incident resolves itself this long (event time) after its last anomalous window. Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00")]
    public TimeSpan QuietPeriod { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// An anomaly with the fingerprint of a resolved incident opens it again when it begins no later than this (event time) after the incident's
    /// last anomalous window; later it is another incident. Default 5 min: only what somebody resolved too early opens again.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan ReopenWithin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Incidents found in data older than this are historical and never notify. Default 15 min.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan HistoricalAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Resolved incidents and ended anomalies older than this are deleted. Default 90 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);
}

/// <summary>Rules between settings.</summary>
internal sealed class AnomalyOptionsValidator : IValidateOptions<AnomalyOptions>
{
    public ValidateOptionsResult Validate(string? name, AnomalyOptions options)
    {
        var faults = new List<string>();
        if (options.ErrorShareRise > options.ErrorShare)
        {
            faults.Add($"{AnomalyOptions.Section}:ErrorShareRise: must not be above ErrorShare ({options.ErrorShare}). It is {options.ErrorShareRise}.");
        }

        if (options.MinErrors > options.MinRecords)
        {
            faults.Add($"{AnomalyOptions.Section}:MinErrors: must not be above MinRecords ({options.MinRecords}). It is {options.MinErrors}.");
        }

        if (options.SpreadWithin < options.JoinWithin)
        {
            faults.Add($"{AnomalyOptions.Section}:SpreadWithin: must not be below JoinWithin ({options.JoinWithin}). It is {options.SpreadWithin}.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
