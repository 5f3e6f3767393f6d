using System.Text;
using System.Text.Json;
using LogConsole.Components.Streaming;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Overview;
using LogConsole.Streaming;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Components;

public sealed class StreamQueryTests
{
    private const string Base = "http://127.0.0.1:5080/";

    public static TheoryData<string> Addresses =>
    [
        "stream",
        "stream?range=60m&service=a%26b&severity=warn",
        "stream?severities=info,fatal&q=100%25%20%3Cb%3E",
        "stream?from=2026-03-14T09:00:00Z&to=2026-03-14T09:10:00Z&template=12&kind=trace",
        "stream?trace=4bf92f3577b34da6a3ce929d0e0e4736&notService=cart,web&notTemplate=3,4&line=61a.2b",
    ];

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Url_RoundTrips(string address)
    {
        var query = StreamQuery.Parse(Base + address);

        Assert.Equal(Uri.UnescapeDataString(address), Uri.UnescapeDataString(query.ToUrl()));
        Assert.Equal(query, StreamQuery.Parse(Base + query.ToUrl()));
    }

    [Theory]
    [InlineData("severity=loud&template=-1&trace=xyz&kind=odd&line=none&notTemplate=a,b&severities=,")]
    [InlineData("q=%00&template=99999999999&line=.")]
    public void Parse_WhatCannotBeRead_IsLeftOut(string query) =>
        Assert.Equal(new StreamQuery(new OverviewView(TimeRange.Last(TimeSpan.FromMinutes(15))), new StreamFilter(), null), StreamQuery.Parse(Base + "stream?" + query));

    [Fact]
    public void ApiUrl_AsksTheSame()
    {
        var query = StreamQuery.Parse(Base + "stream?range=60m&service=shop&severity=warn&q=x%20y&line=61a.2b");

        Assert.Equal("api/logs?from=60m&service=shop&severity=warn&q=x%20y", query.ToApiUrl());
    }

    [Fact]
    public void Filter_NoBandAtAll_IsEveryBand()
    {
        Assert.True(new StreamFilter { Bands = 0 }.HasAllBands);
        Assert.Equal(new StreamFilter(), new StreamFilter { Bands = 127 });
        Assert.NotEqual(new StreamFilter { NotServices = ["a", "b"] }, new StreamFilter { NotServices = ["ab"] });
    }

    [Fact]
    public void Encoder_HostileLines_AreCleanedData()
    {
        var bytes = LineEncoder.Encode([new StreamLine(0x2b, 1_773_484_204_000_000, 17, "<b>", "\u001b[31mred\u001b[0m \u202eexe </script>", true, LogRecordFlags.Late)]);

        var row = JsonDocument.Parse(Encoding.UTF8.GetString(bytes)).RootElement;
        Assert.Equal(
            ["64cf977fe8300.2b", "1773484204000", "error", "<b>", @"red \u202eexe </script>", "late · only the beginning is shown"],
            row.EnumerateArray().Select(value => value.ToString()));
        Assert.Equal(new LogCursor(1_773_484_204_000_000, 0x2b).ToString(), row[0].GetString());
        Assert.DoesNotContain("<", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stream?q=a&severity=error&severities=info,warn&template=3&kind=json&line=64cf977fe8300.2b", null)]
    [InlineData("stream?line=382619489012819968", null)]
    [InlineData("stream?line=bogus", "line (bogus) is no line")]
    [InlineData("stream?severities=info,foo", "severities (info,foo) is no list of severities")]
    [InlineData("stream?severity=loud&kind=poem&template=x&trace=1&notTemplate=1,x", "severity (loud) is no severity, template (x) is no number of a pattern, trace (1) is no trace, kind (poem) is no kind of message, notTemplate (1,x) is no list of numbers of patterns")]
    public void FaultOf_SaysWhatCannotBeRead(string address, string? fault)
    {
        var said = StreamQuery.FaultOf(Base + address);
        Assert.Equal(fault is null ? null : $"This address cannot be read in full: {fault}. What is shown leaves that out.", said);
    }

    [Fact]
    public async Task Source_LinkIsReopenedAfterAFailure_FromItsBeginning()
    {
        var feed = new FakeStreamFeed(TimeProvider.System);
        feed.Commit(3);
        using var source = new StreamSource(feed, TimeProvider.System);
        var query = StreamQuery.Parse(Base + "stream");
        feed.Failure = new TimeoutException();

        await Assert.ThrowsAsync<TimeoutException>(async () => await FirstAsync());
        var frame = await FirstAsync();

        Assert.Equal(("open", true, 3), (frame.Kind, frame.Live, JsonDocument.Parse($"[{Encoding.UTF8.GetString(frame.Rows!)}]").RootElement.GetArrayLength()));
        Assert.Equal(1, feed.Tail.WatchCount);

        async Task<ListFrame> FirstAsync()
        {
            await using var frames = source.FramesAsync(query, paused: false, TestContext.Current.CancellationToken).GetAsyncEnumerator();
            await frames.MoveNextAsync();
            return frames.Current;
        }
    }
}
