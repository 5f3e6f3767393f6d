using System.Globalization;
using LogConsole.Web;

namespace LogConsole.Components.Streaming;

/// <summary>Times as people type them on a page: as in a query string, but without a zone they mean the page's. Pure.</summary>
internal static class TypedTime
{
    /// <summary>False when it is no time. A time of day alone is today's; one that the clocks skip is read as if they had not.</summary>
    public static bool TryParse(string text, DateTimeOffset now, TimeZoneInfo zone, out DateTimeOffset moment)
    {
        const DateTimeStyles styles = DateTimeStyles.RoundtripKind | DateTimeStyles.NoCurrentDateDefault;
        if (!QueryTime.TryParse(text, now, out moment))
        {
            return false;
        }

        var typed = text.Trim();
        if (typed.AsSpan().IndexOfAny('-', ':') <= 0 || !DateTime.TryParse(typed, CultureInfo.InvariantCulture, styles, out var local) || local.Kind != DateTimeKind.Unspecified)
        {
            return true;
        }

        local = local.Date == DateTime.MinValue && !typed.Contains('-', StringComparison.Ordinal) ? TimeZoneInfo.ConvertTime(now, zone).Date + local.TimeOfDay : local;
        var ticks = local.Ticks - zone.GetUtcOffset(local).Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        moment = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }
}
