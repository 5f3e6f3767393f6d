using LogConsole.Ingestion;
using LogConsole.Ingestion.Http;
using LogConsole.Pipeline;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Ingestion;

/// <summary>What becomes of a dead letter that goes through the real pipeline again: it is stored, or one open letter remains.</summary>
public sealed class DeadLetterReplayTests(PostgresFixture postgres)
{
    private readonly Moody _stage = new();

    [Fact]
    public async Task Replay_RefusedAgain_LeavesOneOpenLetterWithTheNewReason_UntilItIsStored()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await StartAsync(database);
        var store = pipeline.Get<DeadLetterStore>();
        var replay = pipeline.Get<DeadLetterReplay>();
        _stage.Mood = "bad mood";
        var sent = await pipeline.SendAsync(Some.LogRecord("fine"), Some.LogRecord("odd", line: 2));
        Assert.Equal((1, 1), (sent.Stored, sent.DeadLettered));
        var first = await OpenAsync(store);
        Assert.Contains("bad mood", first.Reason, StringComparison.Ordinal);

        _stage.Mood = "worse mood";
        Assert.Equal(DeadLetterResult.RefusedAgain, await replay.ReplayAsync(first, TestContext.Current.CancellationToken));
        var second = await OpenAsync(store);
        Assert.Contains("worse mood", second.Reason, StringComparison.Ordinal);
        Assert.Equal((first.Source, first.Observed, Convert.ToHexString(first.Record.Span)), (second.Source, second.Observed, Convert.ToHexString(second.Record.Span)));
        Assert.Equal(1L, await database.ScalarAsync<long>("select count(*) from dead_letters"));
        Assert.Equal(DeadLetterResult.RefusedAgain, await replay.ReplayAsync(first, TestContext.Current.CancellationToken));

        _stage.Mood = null;
        Assert.Equal(DeadLetterResult.Stored, await replay.ReplayAsync(second, TestContext.Current.CancellationToken));
        Assert.Equal(DeadLetterResult.AlreadyStored, await replay.ReplayAsync(second, TestContext.Current.CancellationToken));
        Assert.Equal(1L, await database.ScalarAsync<long>("select count(*) from logs where body = 'odd'"));
        Assert.Equal(0L, await database.ScalarAsync<long>("select count(*) from dead_letters where replayed_at is null"));
    }

    [Fact]
    public async Task Replay_TwiceAtOnce_StoresOnce()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await StartAsync(database);
        _stage.Mood = "bad mood";
        await pipeline.SendAsync(Some.LogRecord("odd"));
        _stage.Mood = null;
        var letter = await OpenAsync(pipeline.Get<DeadLetterStore>());

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => pipeline.Get<DeadLetterReplay>().ReplayAsync(letter, TestContext.Current.CancellationToken)));

        Assert.Equal([DeadLetterResult.Stored, .. Enumerable.Repeat(DeadLetterResult.AlreadyStored, 4)], results.Order());
        Assert.Equal(1L, await database.ScalarAsync<long>("select count(*) from logs"));
    }

    private Task<PipelineHarness> StartAsync(TestDatabase database) => PipelineHarness.StartAsync(database, services => services
        .AddSingleton<ILogStage>(_stage)
        .AddSingleton<DeadLetterStore>()
        .AddSingleton<DeadLetterReplay>()
        .AddSingleton<HttpRecordReader>()
        .AddSingleton<IngestionCounters>());

    private static async Task<DeadLetter> OpenAsync(DeadLetterStore store) =>
        Assert.Single(await store.ListAsync(long.MaxValue, pendingOnly: true, 10, TestContext.Current.CancellationToken));

    /// <summary>Refuses what is odd while it is in a mood.</summary>
    private sealed class Moody : ILogStage
    {
        public string? Mood { get; set; }

        public IStageChange Begin(LogBatch batch, int laneCount) => new Change(batch, this);

        private sealed class Change(LogBatch batch, Moody stage) : IStageChange
        {
            public void Process(int lane, ReadOnlySpan<int> indices)
            {
                foreach (var i in indices)
                {
                    if (stage.Mood is not null && batch.Records[i].Body.Span.SequenceEqual("odd"u8))
                    {
                        throw new FormatException(stage.Mood);
                    }
                }
            }

            public ValueTask WriteAsync(BatchTransaction transaction, CancellationToken cancellationToken) => ValueTask.CompletedTask;

            public void Apply()
            {
            }
        }
    }
}
