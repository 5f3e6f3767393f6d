namespace LogConsole.Ingestion;

/// <summary>The seven bands a severity number falls into; the value is the order on screen and in rollups.</summary>
public enum SeverityBand : byte
{
    Unspecified = 0,
    Trace = 1,
    Debug = 2,
    Info = 3,
    Warn = 4,
    Error = 5,
    Fatal = 6,
}

/// <summary>Conversions between bands, numbers and words.</summary>
public static class SeverityBands
{
    /// <summary>How many bands there are; arrays indexed by band have this length.</summary>
    public const int Count = 7;

    private static readonly string[] s_names = ["unspecified", "trace", "debug", "info", "warn", "error", "fatal"];

    /// <summary>The band of a severity number; numbers above 24 count as fatal.</summary>
    public static SeverityBand Of(byte severityNumber) =>
        severityNumber == 0 ? SeverityBand.Unspecified : (SeverityBand)Math.Min(6, ((severityNumber - 1) / 4) + 1);

    /// <summary>The lower-case word: <c>warn</c>.</summary>
    public static string Name(SeverityBand band) => s_names[(int)band];

    /// <summary>False when the word is none of a band.</summary>
    public static bool TryParse(string word, out SeverityBand band)
    {
        var index = Array.FindIndex(s_names, name => name.Equals(word, StringComparison.OrdinalIgnoreCase));
        band = (SeverityBand)Math.Max(0, index);
        return index >= 0;
    }
}
