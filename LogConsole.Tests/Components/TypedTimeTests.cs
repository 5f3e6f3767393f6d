using LogConsole.Components.Streaming;

namespace LogConsole.Tests.Components;

public sealed class TypedTimeTests
{
    private static readonly DateTimeOffset s_now = new(2026, 7, 1, 20, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo s_kathmandu = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu"); // there it is 01:45 of the next day

    [Theory]
    [InlineData("2026-07-01 10:00", "2026-07-01T04:15:00Z")]
    [InlineData(" 2026-07-01T10:00:30 ", "2026-07-01T04:15:30Z")]
    [InlineData("2026-07-01", "2026-06-30T18:15:00Z")]
    [InlineData("10:00", "2026-07-02T04:15:00Z")]
    [InlineData("2026-07-01T10:00:00Z", "2026-07-01T10:00:00Z")]
    [InlineData("2026-07-01 10:00 +02:00", "2026-07-01T08:00:00Z")]
    [InlineData("2h", "2026-07-01T18:00:00Z")]
    [InlineData("now-30m", "2026-07-01T19:30:00Z")]
    [InlineData("1782900000", "2026-07-01T10:00:00Z")]
    public void WithoutAZone_ItIsThePagesOne(string typed, string expected)
    {
        Assert.True(TypedTime.TryParse(typed, s_now, s_kathmandu, out var moment));
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), moment);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("0001-01-01 00:00")]
    [InlineData("")]
    public void NoTime_IsNone(string typed) => Assert.False(TypedTime.TryParse(typed, s_now, s_kathmandu, out _));
}
