using System.Globalization;
using System.Text.RegularExpressions;

namespace LogConsole.Components.Incidents;

/// <summary>
/// Times of day in sentences the console has written, put into the reader's zone. Stored sentences say UTC, because nobody knows who will read them.
/// What stands in quotation marks comes from the logs and stays as it is. Pure.
/// </summary>
internal static partial class LocalClock
{
    /// <summary>The sentence with its times of day in the zone, without naming it: as all other times of a page.</summary>
    /// <param name="around">A moment near those the sentence tells of: it decides between summer and winter time.</param>
    public static string In(string sentence, DateTimeOffset around, TimeZoneInfo zone) => Times().Replace(sentence, match =>
    {
        if (!match.Groups["time"].Success)
        {
            return match.Value;
        }

        var time = TimeOnly.Parse(match.Groups["time"].ValueSpan, CultureInfo.InvariantCulture).Add(zone.GetUtcOffset(around));
        return time.ToString(match.Groups["seconds"].Success ? "HH:mm:ss" : "HH:mm", CultureInfo.InvariantCulture);
    });

    [GeneratedRegex("\"[^\"]*\"|\\b(?<time>(?:[01][0-9]|2[0-3]):[0-5][0-9](?<seconds>:[0-5][0-9])?) UTC\\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Times();
}
