using System.Text;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Formats.Lines;

namespace LogConsole.Tests.Ingestion.Formats.Lines;

public sealed class TimeBeforeDateTests
{
    private static readonly TimeRules s_rules = new(SourceZone.Utc, LogTimestamp.From(new DateTimeOffset(2026, 12, 31, 23, 0, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData("10:15:02 2026-11-20 ERROR x", "10:15:02.000000")]
    [InlineData("10:15:02.123 20/11/2026 ERROR x", "10:15:02.123000")]
    [InlineData("(10:15:02) 20-Nov-2026 <ERROR> x", "10:15:02.000000")]
    [InlineData("[10:15:02] 2026-11-20 ERROR x", "10:15:02.000000")]
    [InlineData("[10:15:02 2026-11-20] ERROR x", "10:15:02.000000")]
    [InlineData("[10:15:02] [2026-11-20] ERROR x", "10:15:02.000000")]
    [InlineData("10:15:02, 20.11.2026 ERROR x", "10:15:02.000000")]
    [InlineData("10:15:02 PM 11/20/2026 ERROR x", "22:15:02.000000")]
    [InlineData("10:15:02.123 UTC Fri Nov 20 2026: ERROR: x", "10:15:02.123000")]
    [InlineData("10:15:02 Nov 20, 2026 ERROR x", "10:15:02.000000")]
    [InlineData("10:15:02 20 Nov ERROR x", "10:15:02.000000")]
    [InlineData("12:15:02+02:00 20261120 ERROR x", "10:15:02.000000")]
    [InlineData("ERROR 10:15:02 2026-11-20 x", "10:15:02.000000")]
    [InlineData("2026-11-20 ERROR 10:15:02 x", "10:15:02.000000")]
    [InlineData("10:15:02|2026-11-20|ERROR|x", "10:15:02.000000")]
    [InlineData("10:15:02,2026-11-20,ERROR,x", "10:15:02.000000")]
    public void Read_DateBehindTheTime_IsTheLines(string line, string time)
    {
        var text = Encoding.UTF8.GetBytes(line);
        new LineRecogniser().Read(text, s_rules, out var fields);
        Assert.Equal($"2026-11-20T{time}Z ERROR x", $"{fields.Time} {Encoding.UTF8.GetString(fields.Level.Of(text))} {Encoding.UTF8.GetString(fields.Body.Of(text))}");
    }

    [Theory]
    [InlineData("10:15:02 1-2 orders failed", "1-2 orders failed")]
    [InlineData("10:15:02 17 orders failed", "17 orders failed")]
    [InlineData("10:15:02 1.2.3.4 failed", "1.2.3.4 failed")]
    [InlineData("10:15:02 Marching on 2026", "Marching on 2026")]
    public void Read_TimeBehindWhichNoDateStands_IsOnTheNewestDay(string line, string body)
    {
        var text = Encoding.UTF8.GetBytes(line);
        new LineRecogniser().Read(text, s_rules, out var fields);
        Assert.Equal($"2026-12-31T10:15:02.000000Z {body}", $"{fields.Time} {Encoding.UTF8.GetString(fields.Body.Of(text))}");
    }
}
