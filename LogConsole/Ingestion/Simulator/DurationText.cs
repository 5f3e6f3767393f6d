using System.Buffers;
using System.Globalization;
using System.Xml;

namespace LogConsole.Ingestion.Simulator;

/// <summary>Lengths of time as people write them.</summary>
internal static class DurationText
{
    private static readonly SearchValues<char> s_number = SearchValues.Create("0123456789.");

    /// <summary>Seconds (<c>90</c>), a number with its unit (<c>150ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>, <c>1d</c>) or ISO 8601 (<c>PT5M</c>); never negative, at most 30 days.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        text = text.Trim();
        if (text.StartsWith('P'))
        {
            return TryIso(text, out duration);
        }

        var digits = text.AsSpan().IndexOfAnyExcept(s_number);
        var number = digits < 0 ? text : text[..digits];
        double scale = (digits < 0 ? "s" : text[digits..].Trim()) switch { "us" => 0.000001, "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3_600, "d" => 86_400, _ => 0 };
        return scale > 0
            && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && TryBound(amount * scale, out duration);
    }

    private static bool TryIso(string text, out TimeSpan duration)
    {
        try
        {
            return TryBound(XmlConvert.ToTimeSpan(text).TotalSeconds, out duration);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            duration = default;
            return false;
        }
    }

    private static bool TryBound(double seconds, out TimeSpan duration)
    {
        var fits = seconds is >= 0 and <= 30 * 86_400;
        duration = fits ? TimeSpan.FromSeconds(seconds) : default;
        return fits;
    }
}
