using LogConsole.Components;
using LogConsole.Overview;

namespace LogConsole.Tests.Components;

public sealed class ViewQueryTests
{
    private const string Page = "http://127.0.0.1:5080/";
    private static readonly DateTimeOffset s_from = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("?range=5m", 5 * 60)]
    [InlineData("?range=60m", 60 * 60)]
    [InlineData("?range=1h", 60 * 60)]
    [InlineData("?range=90s", 90)]
    [InlineData("?range=2d", 2 * 86_400)]
    [InlineData("", 15 * 60)]
    [InlineData("?range=", 15 * 60)]
    [InlineData("?range=-5m", 15 * 60)]
    [InlineData("?range=5", 15 * 60)]
    [InlineData("?range=99999999d", 15 * 60)]
    [InlineData("?range=1s", 15 * 60)]
    [InlineData("?range=<script>", 15 * 60)]
    [InlineData("?from=2026-03-14T09:00:00Z", 15 * 60)]
    [InlineData("?from=2026-03-14T09:00:00Z&to=2026-03-14T08:00:00Z", 15 * 60)]
    [InlineData("?from=999999999999999999&to=9", 15 * 60)]
    public void Parse_LiveRange_FallsBackToTheDefaultWhenUnreadable(string query, int seconds) =>
        Assert.Equal(new OverviewView(TimeRange.Last(TimeSpan.FromSeconds(seconds))), ViewQuery.Parse(Page + query));

    [Theory]
    [InlineData("?from=2026-03-14T09:00:00Z&to=2026-03-14T09:10:00Z")]
    [InlineData("?from=2026-03-14T10:00:00%2B01:00&to=2026-03-14T10:10:00%2B01:00")]
    [InlineData("?from=2026-03-14T09:00:00&to=2026-03-14T09:10:00")]
    [InlineData("?from=1773478800000&to=1773479400000&range=5m")]
    public void Parse_FixedRange_WinsAndIsUtc(string query) =>
        Assert.Equal(TimeRange.Between(s_from, s_from.AddMinutes(10)), ViewQuery.Parse(Page + query).Range);

    [Fact]
    public void Format_RoundTripsEveryView()
    {
        OverviewView[] views =
        [
            new(TimeRange.Last(TimeSpan.FromMinutes(15))),
            new(TimeRange.Last(TimeSpan.FromMinutes(5)), "checkout"),
            new(TimeRange.Last(TimeSpan.FromSeconds(90)), "a&b=c?<d> ü"),
            new(TimeRange.Between(s_from, s_from.AddMilliseconds(600_123)), "shop"),
        ];

        Assert.All(views, view => Assert.Equal(view, ViewQuery.Parse(Page + ViewQuery.Format(view))));
    }

    [Theory]
    [InlineData("?from=nonsense", "from (nonsense) is no time")]
    [InlineData("?from=2026-03-14T09:00:00Z", "to (missing) is no time")]
    [InlineData("?from=2026-03-14T09:00:00Z&to=2026-03-14T08:00:00Z&range=5m", "from is not before to")]
    [InlineData("?range=<b>", "range (<b>) is no length from 1m to 7d")]
    public void FaultOf_WhatCannotBeRead_IsSaidWithWhatIsShown(string query, string expected)
    {
        var fault = ViewQuery.FaultOf(Page + query);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.EndsWith(query.EndsWith("5m", StringComparison.Ordinal) ? "the last 5\u202Fmin." : "the last 15\u202Fmin.", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?range=5m")]
    [InlineData("?from=2026-03-14T09:00:00Z&to=2026-03-14T09:10:00Z")]
    [InlineData("?service=x")]
    public void FaultOf_WhatCanBeRead_IsNone(string query) => Assert.Null(ViewQuery.FaultOf(Page + query));

    [Fact]
    public void Format_DefaultView_LeavesTheAddressBare() => Assert.Equal("", ViewQuery.Format(new OverviewView(TimeRange.Last(ViewQuery.DefaultRange))));
}
