using System.Globalization;
using LogConsole.Web;

namespace LogConsole.Ingestion;

/// <summary>Severities as people write them in a query string.</summary>
public static class SeverityQuery
{
    /// <summary>The lowest severity number asked for: a number 0–24 or a band's word; 0 when absent. Throws <see cref="QueryFaultException"/>.</summary>
    public static byte Severity(this RequestQuery query, params ReadOnlySpan<string> names)
    {
        if (query.Find(names) is not var (name, text))
        {
            return 0;
        }

        if (byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= SeverityNumber.Max)
        {
            return number;
        }

        return text.ToLowerInvariant() switch
        {
            "unspecified" => SeverityNumber.Unspecified,
            "trace" or "verbose" => SeverityNumber.Trace,
            "debug" => SeverityNumber.Debug,
            "info" or "information" => SeverityNumber.Info,
            "warn" or "warning" => SeverityNumber.Warn,
            "error" or "err" => SeverityNumber.Error,
            "fatal" or "critical" => SeverityNumber.Fatal,
            _ => throw new QueryFaultException(name, "is no severity; write trace, debug, info, warn, error, fatal or a number 0–24"),
        };
    }

    /// <summary>The bands named, separated by commas; null when absent. Throws <see cref="QueryFaultException"/>.</summary>
    public static IReadOnlyList<SeverityBand>? Bands(this RequestQuery query, params ReadOnlySpan<string> names)
    {
        if (query.Text(names) is not { } text)
        {
            return null;
        }

        var bands = new List<SeverityBand>();
        foreach (var word in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            bands.Add(SeverityBands.TryParse(word, out var band)
                ? band
                : throw new QueryFaultException(names[0], "is no list of severities such as warn,error"));
        }

        return bands;
    }
}
