using System.Globalization;
using System.Text;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;

namespace LogConsole.Tests.Ingestion.Formats;

public sealed class TimestampParserTests
{
    [Theory]
    [InlineData("2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000000Z")]
    [InlineData("2026-11-20t10:00:00z", "2026-11-20T10:00:00.000000Z")]
    [InlineData("2026-11-20T10:00:00.123456789+02:00", "2026-11-20T08:00:00.123456789Z")]
    [InlineData("2026-11-20T10:00:00.1234567891234-0330", "2026-11-20T13:30:00.123456789Z")]
    [InlineData("2026-11-20T10:00Z", "2026-11-20T10:00:00.000000Z")]
    [InlineData("2026-11-20 10:00:00,5+01", "2026-11-20T09:00:00.500000Z")]
    [InlineData("2026-11-20 10:00:00 +0100", "2026-11-20T09:00:00.000000Z")]
    [InlineData("2026-11-20 10:00:00.25 UTC", "2026-11-20T10:00:00.250000Z")]
    [InlineData(" 2026-11-20T10:00:00Z ", "2026-11-20T10:00:00.000000Z")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z")]
    [InlineData("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z")]
    [InlineData("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z")]
    [InlineData("1763632800", "2025-11-20T10:00:00.000000Z")]
    [InlineData("1763632800.123456789", "2025-11-20T10:00:00.123456789Z")]
    [InlineData("1763632800123", "2025-11-20T10:00:00.123000Z")]
    [InlineData("1763632800123.4567", "2025-11-20T10:00:00.123456700Z")]
    [InlineData("1763632800123456", "2025-11-20T10:00:00.123456Z")]
    [InlineData("1763632800123456789", "2025-11-20T10:00:00.123456789Z")]
    [InlineData("1.7636328e9", "2025-11-20T10:00:00.000000Z")]
    public void TryParse_KnownForm_GivesTheMoment(string text, string expected)
    {
        Assert.True(TimestampParser.TryParse(Encoding.UTF8.GetBytes(text), SourceZone.Utc, out var timestamp, out var zoneAssumed));
        Assert.Equal((expected, false), (timestamp.ToString(), zoneAssumed));
    }

    [Theory]
    [InlineData("2026-07-01 12:00:00", "Europe/Berlin", "2026-07-01T10:00:00.000000Z")]
    [InlineData("2026-12-01T12:00:00.5", "Europe/Berlin", "2026-12-01T11:00:00.500000Z")]
    [InlineData("2026-07-01 12:00:00,25", "-05:00", "2026-07-01T17:00:00.250000Z")]
    [InlineData("2026-03-29 02:30:00", "Europe/Berlin", "2026-03-29T01:30:00.000000Z")]
    public void TryParse_WithoutZone_AppliesTheSourcesZone(string text, string zoneName, string expected)
    {
        Assert.True(SourceZone.TryParse(zoneName, out var zone));
        Assert.True(TimestampParser.TryParse(Encoding.UTF8.GetBytes(text), zone, out var timestamp, out var zoneAssumed));
        Assert.Equal((expected, true), (timestamp.ToString(), zoneAssumed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1763632800")]
    [InlineData("12345")]
    [InlineData("99999999999999999999")]
    [InlineData("1e400")]
    [InlineData("17636328oo")]
    [InlineData("1763632800.12x")]
    [InlineData("yesterday")]
    [InlineData("2026-02-30T10:00:00Z")]
    [InlineData("2026-13-01T10:00:00Z")]
    [InlineData("0000-01-01T10:00:00Z")]
    [InlineData("2026-11-20T24:00:00Z")]
    [InlineData("2026-11-20T10:60:00Z")]
    [InlineData("2026-11-20T10:00:61Z")]
    [InlineData("2026-11-20T10:00:00Zx")]
    [InlineData("2026-11-20T10:00:00+24:00")]
    [InlineData("2026-11-20")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    public void TryParse_NoTime_IsRefused(string text) =>
        Assert.False(TimestampParser.TryParse(Encoding.UTF8.GetBytes(text), SourceZone.Utc, out _, out _));

    [Fact]
    public void TryParse_RandomRfc3339_AgreesWithDateTimeOffset()
    {
        var random = new Random(20261120);
        for (var i = 0; i < 20_000; i++)
        {
            var ticks = random.NextInt64(DateTime.MinValue.Ticks + TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay);
            var expected = new DateTimeOffset(ticks, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(random.Next(-14 * 60, 14 * 60)));
            var format = random.Next(3) switch { 0 => "yyyy-MM-ddTHH:mm:ss.fffffffzzz", 1 => "yyyy-MM-dd HH:mm:ss.fffffffzzz", _ => "O" };
            var text = expected.ToString(format, CultureInfo.InvariantCulture);

            Assert.True(TimestampParser.TryParse(Encoding.UTF8.GetBytes(text), SourceZone.Utc, out var timestamp, out _), text);
            Assert.Equal(LogTimestamp.From(expected), timestamp);
        }
    }

    [Fact]
    public void TryParse_MutatedText_TakesNothingDateTimeOffsetReadsOtherwise()
    {
        var random = new Random(7);
        var alphabet = "0123456789-:.TZ+ ,"u8.ToArray();
        for (var i = 0; i < 50_000; i++)
        {
            var text = "2026-11-20T10:20:30.4567Z"u8.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                text[random.Next(text.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            var shown = Encoding.UTF8.GetString(text);
            if (TimestampParser.TryParse(text, SourceZone.Utc, out var timestamp, out _)
                && DateTimeOffset.TryParse(shown.Replace(',', '.'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var reference)
                && !shown.Contains(":60", StringComparison.Ordinal))
            {
                Assert.True(LogTimestamp.From(reference) == timestamp, $"{shown}: {timestamp} instead of {reference:O}");
            }
        }
    }
}
