using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Pipeline;
using LogConsole.Streaming;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Streaming;

public sealed class TailTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeStreamFeed _feed;

    public TailTests() => _feed = new FakeStreamFeed(_time);

    [Fact]
    public async Task Lines_CalmStream_GivesEveryMatchingLineInOrder()
    {
        using var reader = _feed.OpenTail(new StreamFilter { Bands = StreamFilter.AtLeast(SeverityBand.Warn) });
        await using var updates = reader.LinesAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        _feed.Commit(
            Some.LogRecord("one", severity: SeverityNumber.Warn), Some.LogRecord("not wanted"), Some.LogRecord("two", severity: SeverityNumber.Fatal));

        Assert.True(await updates.MoveNextAsync());

        Assert.Equal(["one", "two"], Texts(updates.Current));
        Assert.Equal((0, 0, 2), (updates.Current.Gap, updates.Current.Skipped, updates.Current.Through));
    }

    [Fact]
    public async Task Lines_Flood_AtMost500ASecond_AndTheRestIsCounted()
    {
        const int parts = 200, perPart = 987;
        using var reader = _feed.OpenTail(new StreamFilter());
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var updates = reader.LinesAsync(over.Token).GetAsyncEnumerator(over.Token);
        long shown = 0, counted = 0;
        var next = updates.MoveNextAsync().AsTask();
        for (var part = 0; shown + counted < parts * perPart; part++)
        {
            if (part < parts)
            {
                _feed.Commit(perPart);
            }

            await Task.WhenAny(next, _time.WaitForTimerAsync(TestContext.Current.CancellationToken));
            _time.Advance(TimeSpan.FromMilliseconds(100));
            if (next.IsCompleted)
            {
                Assert.True(await next);
                shown += Texts(updates.Current).Count();
                counted += updates.Current.Gap + updates.Current.Skipped;
                next = updates.MoveNextAsync().AsTask();
            }
        }

        Assert.Equal(parts * perPart, shown + counted);
        Assert.InRange(shown, 500, 21 * 500);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Lines_ReaderBrokeOff_IsGivenTheSameAgainWithWhatCameMeanwhile()
    {
        using var reader = _feed.OpenTail(new StreamFilter());
        _feed.Commit(2, "early");
        await using (var broken = reader.LinesAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken))
        {
            Assert.True(await broken.MoveNextAsync());
        }

        _feed.Commit(1, "late");
        await using var again = reader.LinesAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await again.MoveNextAsync());

        Assert.Equal(["early 0", "early 1", "late 0"], Texts(again.Current));
    }

    [Fact]
    public async Task Counts_WhilePaused_TellWhatWaits_AndResumingGivesIt()
    {
        using var reader = _feed.OpenTail(new StreamFilter());
        await using (var counts = reader.CountsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken))
        {
            Assert.True(await counts.MoveNextAsync());
            Assert.Equal(0, counts.Current.Waiting);
            _feed.Commit(400);
            _time.Advance(TimeSpan.FromSeconds(1));
            var next = counts.MoveNextAsync();
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await next);
            Assert.Equal(400, counts.Current.Waiting);
        }

        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _feed.Commit(400);
        }

        await using var updates = reader.LinesAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal(2_400, updates.Current.Gap + updates.Current.Skipped + Texts(updates.Current).Count());
        Assert.InRange(Texts(updates.Current).Count(), 600, TailWatch.MostKept);
    }

    [Fact]
    public void Open_SameFilter_IsOneWatch_AndNobodyLooking_None()
    {
        var filter = new StreamFilter { NotServices = ["a", "b"], Text = "x" };
        var first = _feed.OpenTail(filter);
        var second = _feed.OpenTail(new StreamFilter { NotServices = ["a", "b"], Text = "x" });
        Assert.Equal(1, _feed.Tail.WatchCount);

        first.Dispose();
        second.Dispose();

        Assert.Equal(0, _feed.Tail.WatchCount);
    }

    [Theory]
    [InlineData("hello World", "WORLD", true)]
    [InlineData("hello wor", "world", false)]
    [InlineData("wwwworld", "world", true)]
    [InlineData("Grüße aus Köln", "KÖLN", true)]
    [InlineData("Grüße aus Köln", "us k", true)]
    [InlineData("100%_\\", "%_\\", true)]
    [InlineData("", "x", false)]
    public void Filter_Text_IgnoresCaseAndTakesWildcardsLiterally(string body, string text, bool expected) =>
        Assert.Equal(expected, Matches(new StreamFilter { Text = text }, Some.LogRecord(body)));

    [Fact]
    public void Filter_EachCondition_Decides()
    {
        var trace = new TraceId(1, 2);
        var record = Some.LogRecord("{\"a\":1}", "shop", SeverityNumber.Error, traceId: trace);

        Assert.True(Matches(new StreamFilter(), record));
        Assert.True(Matches(new StreamFilter { Service = "shop", TraceId = trace, Kind = MessageKind.Json, Bands = 1 << (int)SeverityBand.Error }, record));
        Assert.False(Matches(new StreamFilter { Service = "cart" }, record));
        Assert.False(Matches(new StreamFilter { NotServices = ["cart", "shop"] }, record));
        Assert.False(Matches(new StreamFilter { TraceId = new TraceId(1, 3) }, record));
        Assert.False(Matches(new StreamFilter { Kind = MessageKind.Plain }, record));
        Assert.False(Matches(new StreamFilter { Bands = 1 << (int)SeverityBand.Fatal }, record));
        Assert.False(Matches(new StreamFilter { TemplateId = 49 }, record));
        Assert.True(Matches(new StreamFilter { TemplateId = 8 }, record));
        Assert.False(Matches(new StreamFilter { NotTemplateIds = [8] }, record));
    }

    private bool Matches(StreamFilter filter, LogRecord record)
    {
        var watch = new TailWatch(filter, _ => record.Service, _time);
        var batch = LogBatch.Of([Some.Delivery(record)]);
        batch.TemplateIds[0] = 8;
        watch.Offer(batch, new CommitResult(true, 1, 1, [], []));
        return watch.Lines.Kept == 1;
    }

    private static IEnumerable<string> Texts(TailUpdate update) => update.Lines.SelectMany(chunk => chunk.Items).Select(line => line.Text);
}
