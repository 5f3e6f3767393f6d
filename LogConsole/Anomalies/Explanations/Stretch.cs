using System.Globalization;

namespace LogConsole.Anomalies.Explanations;

/// <summary>How stretches of time and rises over them read. Pure.</summary>
internal static class Stretch
{
    private const double Hour = 3_600;

    /// <summary>"4 min 10 s": exact, so that rates can be computed again from what is read.</summary>
    public static string Length(double seconds)
    {
        var length = TimeSpan.FromSeconds(seconds);
        string[] parts =
        [
            length.TotalHours >= 1 ? $"{((long)length.TotalHours).ToString(CultureInfo.InvariantCulture)} h" : "",
            length.Minutes != 0 ? $"{length.Minutes} min" : "",
            length.Seconds != 0 || length < TimeSpan.FromMinutes(1) ? $"{length.Seconds} s" : "",
        ];
        return string.Join(' ', parts.Where(part => part.Length != 0));
    }

    /// <summary>"in the hour before", or what is known of it: "in the 4 min before".</summary>
    public static string Before(double seconds) => seconds == Hour ? "in the hour before" : $"in the {Length(seconds)} before";

    /// <summary>"came 57 times in 4 min, 12 times in the hour before (71 times as often)".</summary>
    /// <param name="rise">during, duringSeconds, before, beforeSeconds and, when it came before, lift.</param>
    public static string Rise(Numbers rise)
    {
        var came = $"came {Headline.Number(rise["during"])} times in {Length(rise["duringSeconds"])}";
        return (rise["before"], rise["beforeSeconds"]) switch
        {
            (_, 0) => came,
            (0, var known) => $"{came}; new: never {Before(known)}",
            var (before, known) => $"{came}, {Headline.Number(before)} times {Before(known)} ({Headline.Number(rise["lift"])} times as often)",
        };
    }
}
