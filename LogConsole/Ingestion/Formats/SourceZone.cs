using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LogConsole.Ingestion.Formats;

/// <summary>The zone a source's timestamps are in when they do not say: an IANA name or a fixed offset. Immutable.</summary>
public sealed class SourceZone
{
    private const long MicrosPerMinute = 60_000_000;
    private readonly TimeZoneInfo? _zone;
    private readonly long _offsetMicros;

    private SourceZone(string name, TimeZoneInfo? zone, long offsetMicros)
    {
        Name = name;
        _zone = zone;
        _offsetMicros = offsetMicros;
    }

    public static SourceZone Utc { get; } = new("UTC", null, 0);

    /// <summary>As it was given, e.g. <c>Europe/Berlin</c> or <c>+02:00</c>.</summary>
    public string Name { get; }

    /// <summary>Reads <c>UTC</c>, <c>Z</c>, an offset (<c>+02:00</c>, <c>-0330</c>) or an IANA name this system knows.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SourceZone? zone)
    {
        zone = null;
        if (text is null or { Length: 0 or > 64 })
        {
            return false;
        }

        if (text is "UTC" or "utc" or "Z" or "z")
        {
            zone = Utc;
            return true;
        }

        if (text[0] is '+' or '-')
        {
            var digits = text[1..].Replace(":", "", StringComparison.Ordinal);
            if (digits.Length is not (2 or 4) || !int.TryParse(digits.PadRight(4, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out var clock)
                || clock / 100 > 18 || clock % 100 > 59)
            {
                return false;
            }

            var minutes = ((clock / 100) * 60) + (clock % 100);
            zone = new SourceZone(text, null, (text[0] == '-' ? -minutes : minutes) * MicrosPerMinute);
            return true;
        }

        // Zone names become file names on this system: only the letters real names have are let through.
        if (!text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+') || !TimeZoneInfo.TryFindSystemTimeZoneById(text, out var found))
        {
            return false;
        }

        zone = new SourceZone(text, found, 0);
        return true;
    }

    /// <summary>
    /// Local wall-clock microseconds since 1970 to UTC ones. A time the clocks skipped counts with the offset before the change,
    /// one they showed twice with standard time.
    /// </summary>
    public long ToUtc(long localMicroseconds)
    {
        if (_zone is null)
        {
            return localMicroseconds - _offsetMicros;
        }

        var local = new LogTimestamp(localMicroseconds).ToDateTimeOffset().DateTime;
        return localMicroseconds - ((long)_zone.GetUtcOffset(local).TotalMinutes * MicrosPerMinute);
    }
}
