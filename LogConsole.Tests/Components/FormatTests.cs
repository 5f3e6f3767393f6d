using LogConsole.Components;
using LogConsole.Components.Overview;
using LogConsole.Ingestion;

namespace LogConsole.Tests.Components;

public sealed class FormatTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.004, "<0.01")]
    [InlineData(0.25, "0.25")]
    [InlineData(3.24, "3.2")]
    [InlineData(10_412.4, "10_412")]
    public void Rate_KeepsThreeFiguresAtMost(double value, string expected) => Assert.Equal(Thin(expected), Format.Rate(value));

    [Theory]
    [InlineData(0, "0_%")]
    [InlineData(0.00001, "<0.01_%")]
    [InlineData(0.0042, "0.42_%")]
    [InlineData(0.0187, "1.9_%")]
    [InlineData(0.5, "50_%")]
    public void Share_IsNeverRoundedToNothing(double value, string expected) => Assert.Equal(Thin(expected), Format.Share(value));

    [Theory]
    [InlineData(512, "512_B")]
    [InlineData(1_500, "1.50_kB")]
    [InlineData(999_600, "1.00_MB")]
    [InlineData(3.42e9, "3.42_GB")]
    [InlineData(1.1e8, "110_MB")]
    public void Bytes_UsesDecimalUnits(double value, string expected) => Assert.Equal(Thin(expected), Format.Bytes(value));

    [Theory]
    [InlineData(0.012, "12_ms")]
    [InlineData(0.2, "0.2_s")]
    [InlineData(45, "45_s")]
    [InlineData(240, "4_min")]
    [InlineData(10_800, "3_h")]
    [InlineData(259_200, "3_d")]
    public void Duration_PicksTheUnit(double seconds, string expected) => Assert.Equal(Thin(expected), Format.Duration(seconds));

    [Theory]
    [InlineData(112, 100, "+12_%")]
    [InlineData(88, 100, "−12_%")]
    [InlineData(100.1, 100, "±0_%")]
    [InlineData(1_200, 100, "×_12")]
    public void RelativeChange_HasASign(double value, double previous, string expected) =>
        Assert.Equal(Thin(expected), Format.RelativeChange(value, previous));

    [Fact]
    public void Time_OtherDay_ShowsTheDate()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var moment = new DateTimeOffset(2026, 7, 1, 22, 30, 0, TimeSpan.Zero);

        Assert.Equal("00:30:00", Format.Time(moment, zone, moment.AddHours(1)));
        Assert.Equal("2026-07-02 00:30:00", Format.Time(moment, zone, moment.AddDays(2)));
        Assert.Equal("UTC+2", Format.Offset(moment, zone));
        Assert.Equal("UTC", Format.Offset(moment, TimeZoneInfo.Utc));
    }

    [Fact]
    public void Exact_KeepsEveryDigitAndNamesTheZone()
    {
        var time = LogTimestamp.From(new DateTimeOffset(2026, 7, 1, 22, 30, 0, TimeSpan.Zero)) with { Nanoseconds = 42 };

        Assert.Equal("2026-07-02 00:30:00.000000042 UTC+2", Format.Exact(time, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));
        Assert.Equal("2026-07-01 22:30:00.000000 UTC", Format.Exact(time with { Nanoseconds = 0 }, TimeZoneInfo.Utc));
        Assert.StartsWith("9999-12-31 ", Format.Exact(LogTimestamp.MaxValue, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")), StringComparison.Ordinal);
    }

    [Fact]
    public void Sparkline_UnknownPoints_LeaveAGap()
    {
        Assert.Equal("M0 22.5L30 12M120 1.5h0.1", Sparkline.Path([0, 5, null, null, 10]));
        Assert.Equal("", Sparkline.Path([null, null]));
        Assert.Equal("M0 22.5L120 22.5", Sparkline.Path([0, 0]));
    }

    private static string Thin(string text) => text.Replace('_', '\u202F');
}
