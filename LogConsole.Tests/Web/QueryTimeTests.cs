using LogConsole.Tests.TestSupport;
using LogConsole.Web;

namespace LogConsole.Tests.Web;

public sealed class QueryTimeTests
{
    [Theory]
    [InlineData("2026-11-20T09:00:00Z", -3_600)]
    [InlineData("2026-11-20T10:00:00+01:00", -3_600)]
    [InlineData("2026-11-20 09:00:00", -3_600)]
    [InlineData("2026-11-20", -36_000)]
    [InlineData("now", 0)]
    [InlineData("15m", -900)]
    [InlineData("-15m", -900)]
    [InlineData("now-2h", -7_200)]
    [InlineData("1.5d", -129_600)]
    [InlineData("1795168800", 0)]
    [InlineData("1795168800000", 0)]
    [InlineData("1795168800000000", 0)]
    [InlineData("1795168800000000000", 0)]
    [InlineData("-1", -1_795_168_801)]
    public void TryParse_Understands(string text, long seconds)
    {
        Assert.True(QueryTime.TryParse(text, Some.Time, out var moment));
        Assert.Equal(Some.Time.AddSeconds(seconds), moment);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("15 parsecs")]
    [InlineData("now+5m")]
    [InlineData("99999999999w")]
    [InlineData("99999999999999999999999999999")]
    [InlineData("\0")]
    public void TryParse_Refuses(string text) => Assert.False(QueryTime.TryParse(text, Some.Time, out _));
}
