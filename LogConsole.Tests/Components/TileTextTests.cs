using LogConsole.Components;
using LogConsole.Components.Overview;
using LogConsole.Overview;

namespace LogConsole.Tests.Components;

public sealed class TileTextTests
{
    private static readonly DateTimeOffset s_from = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(112d, 100d, "+12\u202F%, before: 100/s")]
    [InlineData(5d, 0d, "before: 0/s")]
    [InlineData(0d, 0d, "same as before")]
    [InlineData(5d, null, "nothing to compare with")]
    public void Relative_OfARate(double value, double? previous, string expected) =>
        Assert.Equal(expected, TileText.Relative(new NumberOverTime(value, previous, []), static x => Format.Rate(x) + "/s"));

    [Theory]
    [InlineData(0.4, 0.2, "+100\u202F%, before: 0.2\u202Fs")]
    [InlineData(0.2, 0.2, "same as before")]
    [InlineData(0.2, null, "measured since 09:00")]
    [InlineData(null, 0.2, "measured since 09:00")]
    public void Relative_TellsTheChange_OrWhyThereIsNone(double? value, double? previous, string? expected) =>
        Assert.Equal(expected, TileText.Relative(new NumberOverTime(value, previous, []), Format.Duration, "measured since 09:00"));

    [Theory]
    [InlineData(3.42e9, 3.31e9, "+110\u202FMB, before: 3.31\u202FGB")]
    [InlineData(3.31e9, 3.42e9, "\u2212110\u202FMB, before: 3.42\u202FGB")]
    [InlineData(3.31e9, 3.31e9, "same as before")]
    [InlineData(3.31e9, null, "nothing to compare with")]
    public void Difference_TellsWhatWasAdded(double? value, double? previous, string? expected) =>
        Assert.Equal(expected, TileText.Difference(new NumberOverTime(value, previous, []), Format.Bytes));

    [Theory]
    [InlineData(0.0187, 0.0063, "+1.2\u202Fpp, before: 0.63\u202F%")]
    [InlineData(0.0187, null, "nothing to compare with")]
    [InlineData(null, 0.0063, "no records")]
    public void Points_TellsTheDifferenceFirst(double? value, double? previous, string? expected) =>
        Assert.Equal(expected, TileText.Points(new NumberOverTime(value, previous, [])));

    [Theory]
    [InlineData(10, 0, null)]
    [InlineData(10, 5, null)]
    [InlineData(10, 6, "6 carry times after their arrival: the clocks of their senders are ahead.")]
    [InlineData(1_234, 1_234, "All carry times after their arrival: the clocks of their senders are ahead.")]
    [InlineData(1, 1, "It carries a time after its arrival: the clock of its sender is ahead.")]
    public void OutsideText_BlamesClocks_OnlyWhenMostAreInTheFuture(long count, long future, string? expected) =>
        Assert.Equal(expected, OutsideText.Cause(new OutsideRange(count, s_from, s_from.AddHours(1), future)));

    [Fact]
    public void OutsideText_TellsThoseTheLinkDoesNotShow()
    {
        Assert.Equal("", OutsideText.Strays(new OutsideRange(5, s_from, s_from.AddHours(1))));
        Assert.Equal("; 2 of them elsewhere, before 1980 or more than an hour ahead", OutsideText.Strays(new OutsideRange(5, s_from, s_from.AddHours(1), 1, 2)));
    }
}
