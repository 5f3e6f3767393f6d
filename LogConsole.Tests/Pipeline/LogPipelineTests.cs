using LogConsole.Ingestion;
using LogConsole.Pipeline;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Pipeline;

public sealed class LogPipelineTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Delivery_Committed_RowsTemplatesAndRollupsAreThere()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);

        var outcome = await pipeline.SendAsync(
            Some.LogRecord("user 1 logged in"), Some.LogRecord("user 2 logged in"), Some.LogRecord("disk full", severity: SeverityNumber.Error));

        Assert.Equal(new DeliveryOutcome(DeliveryStatus.Committed, 3, 0, 0, outcome.DeadLetters), outcome);
        Assert.Equal(3, await database.ScalarAsync<long>("select count(*) from logs"));
        Assert.Equal(2, await database.ScalarAsync<long>("select count(*) from templates"));
        Assert.Equal(3, await database.ScalarAsync<decimal>("select sum(count) from rollup_severity"));
        Assert.Equal(1, await database.ScalarAsync<decimal>("select sum(count) from rollup_severity where severity = 5"));
        Assert.Equal(3, await database.ScalarAsync<decimal>("select sum(count) from rollup_template"));
        Assert.Equal(3, await database.ScalarAsync<decimal>("select sum(received) from rollup_arrival"));
    }

    [Fact]
    public async Task Ids_WithinABatch_FollowEachOtherAndTheWriter()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);

        await pipeline.SendAsync([.. Enumerable.Range(0, 5_000).Select(i => Some.LogRecord($"line {i}"))]);
        await pipeline.SendAsync(Some.LogRecord("later"));

        Assert.Equal(5_001, await database.ScalarAsync<long>("select count(distinct id) from logs"));
        Assert.Equal(4_999 * RecordIds.Step, await database.ScalarAsync<long>("select max(id) - min(id) from logs where body like 'line%'"));
        Assert.True(await database.ScalarAsync<bool>("select (select id from logs where body = 'later') > (select max(id) from logs where body like 'line%')"));
    }

    [Fact]
    public async Task SameIdentityTwice_SecondIsDuplicate()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        Delivery Make() => Some.DeliveryOf("test", [Some.LogRecord()], Some.Identity("k"));

        Assert.Equal(DeliveryStatus.Committed, (await pipeline.SendAsync(Make())).Status);
        Assert.Equal(DeliveryOutcome.Duplicate(1), await pipeline.SendAsync(Make()));
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from logs"));
        Assert.Equal(1, pipeline.Counters.Snapshot().Duplicates);
    }

    [Fact]
    public async Task DuplicateInABatch_OthersOfTheBatchAreStoredOnce()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync(Some.DeliveryOf("test", [Some.LogRecord("first")], Some.Identity("k")));

        var again = Some.DeliveryOf("test", [Some.LogRecord("first")], Some.Identity("k"));
        var fresh = Some.DeliveryOf("test", [Some.LogRecord("second")], Some.Identity("l"));
        await Task.WhenAll(pipeline.SendAsync(again), pipeline.SendAsync(fresh));

        Assert.Equal(DeliveryStatus.Duplicate, (await again.Settled).Status);
        Assert.Equal(1, (await fresh.Settled).Stored);
        Assert.Equal(2, await database.ScalarAsync<long>("select count(*) from logs"));
        Assert.Equal(2, await database.ScalarAsync<decimal>("select sum(count) from rollup_severity"));
    }

    [Fact]
    public async Task SameIdentityTwiceInOneBatch_IsStoredOnce()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        var deliveries = Enumerable.Range(0, 20).Select(i => Some.DeliveryOf("test", [Some.LogRecord()], Some.Identity($"k{i % 2}"))).ToList();
        await Task.WhenAll(deliveries.Select(delivery => pipeline.SendAsync(delivery)));

        Assert.Equal(2, await database.ScalarAsync<long>("select count(*) from logs"));
        var outcomes = await Task.WhenAll(deliveries.Select(delivery => delivery.Settled));
        Assert.Equal(2, outcomes.Count(outcome => outcome.Status == DeliveryStatus.Committed));
        Assert.Equal(18, outcomes.Count(outcome => outcome.Status == DeliveryStatus.Duplicate));
    }

    [Fact]
    public async Task ExpiredIdentity_CountsAgain()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync(Some.DeliveryOf("test", [Some.LogRecord()], Some.Identity("k", lifetime: TimeSpan.FromTicks(10))));

        Assert.Equal(DeliveryStatus.Committed, (await pipeline.SendAsync(Some.DeliveryOf("test", [Some.LogRecord()], Some.Identity("k")))).Status);
    }

    [Fact]
    public async Task Checkpoint_StaleOwner_IsSupersededAndWritesNothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("insert into checkpoints values ('file:a', 2, '100', now())");
        await using var pipeline = await PipelineHarness.StartAsync(database);

        var stale = await pipeline.SendAsync(Some.DeliveryOf("file", [Some.LogRecord()], checkpoint: new CheckpointMove("file:a", 1, "100", "200")));
        var wrong = await pipeline.SendAsync(Some.DeliveryOf("file", [Some.LogRecord()], checkpoint: new CheckpointMove("file:a", 2, "50", "200")));
        var owner = await pipeline.SendAsync(Some.DeliveryOf("file", [Some.LogRecord()], checkpoint: new CheckpointMove("file:a", 2, "100", "200")));

        Assert.Equal(DeliveryOutcome.Superseded, stale);
        Assert.Equal(DeliveryOutcome.Superseded, wrong);
        Assert.Equal(DeliveryStatus.Committed, owner.Status);
        Assert.Equal("200", await database.ScalarAsync<string>("select position from checkpoints"));
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from logs"));
    }

    [Fact]
    public async Task WriterNumber_TakenByAnother_IsNotWrittenUnderAgain()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync(Some.LogRecord("first"));
        await database.ExecuteAsync("update writers set holder = gen_random_uuid(), epoch = epoch + 1");

        Assert.Equal(1, (await pipeline.SendAsync(Some.LogRecord("second"))).Stored);

        Assert.Equal("0:1 1:1", await database.ScalarAsync<string>("select string_agg(id || ':' || sequence, ' ' order by id) from writers"));
        Assert.Equal(2, await database.ScalarAsync<long>("select count(*) from logs"));
    }

    [Fact]
    public async Task WriterNumber_OfASilentInstance_IsFreeOnlyWhenItsTimeIsUp()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var (one, two, three) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        async Task<string> TakeAsync(Guid instance)
        {
            var lease = await LogConsole.Storage.WriterLease.TakeAsync(connection, instance, TestContext.Current.CancellationToken);
            return $"number {lease.Writer}, epoch {lease.Epoch}";
        }

        Assert.Equal("number 0, epoch 1", await TakeAsync(one));
        Assert.Equal("number 1, epoch 1", await TakeAsync(two));
        Assert.Equal("number 0, epoch 2", await TakeAsync(one));

        await database.ExecuteAsync("update writers set lease_until = now() - interval '1 second' where id = 0");
        Assert.Equal("number 0, epoch 3", await TakeAsync(three));
        Assert.Equal("number 2, epoch 1", await TakeAsync(one));
    }

    [Fact]
    public async Task PoisonRecord_IsDeadLettered_TheRestStored_AndLeavesNoTrace()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        var records = Enumerable.Range(1, 100).Select(i => Some.LogRecord($"good number {i}", line: i)).ToArray();
        records[41] = Some.LogRecord("poison pill", service: "evil", attributes: """{"a":1e999999}""", line: 42);
        records[77] = Some.LogRecord("other poison", service: "evil", attributes: "{broken", line: 78);

        var outcome = await pipeline.SendAsync(Some.Delivery(records));

        Assert.Equal((98, 2), (outcome.Stored, outcome.DeadLettered));
        Assert.Equal([42, 78], outcome.DeadLetters.Select(letter => letter.Line));
        Assert.Equal(98, await database.ScalarAsync<long>("select count(*) from logs"));
        Assert.Equal(2, await database.ScalarAsync<long>("select count(*) from dead_letters where service = 'evil' and reason like 'PostgreSQL refuses it%'"));
        Assert.Equal(98, await database.ScalarAsync<decimal>("select sum(count) from rollup_severity"));
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from services where name = 'evil'"));
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from templates"));
        Assert.Equal(98, await database.ScalarAsync<decimal>("select sum(count) from templates"));
    }

    [Fact]
    public async Task StageThatThrowsOnARecord_TheRecordIsDeadLettered()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database, services => services.AddSingleton<ILogStage, ThrowOnBoom>());

        var outcome = await pipeline.SendAsync(Some.LogRecord("fine"), Some.LogRecord("boom", line: 2), Some.LogRecord("fine too"));

        Assert.Equal((2, 1), (outcome.Stored, outcome.DeadLettered));
        Assert.Contains("FormatException", outcome.DeadLetters[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BackendKilledBetweenBatches_NothingIsLostOrDoubled()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        for (var i = 0; i < 20; i++)
        {
            var sending = pipeline.SendAsync(Some.LogRecord($"round {i}"));
            await using (var killer = new Npgsql.NpgsqlConnection(new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString))
            {
                await killer.OpenAsync(TestContext.Current.CancellationToken);
                await using var kill = new Npgsql.NpgsqlCommand(
                    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()", killer);
                await kill.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }

            Assert.Equal(1, (await sending).Stored);
        }

        database.Source.Clear(); // pooled connections the last kill cut
        Assert.Equal(20, await database.ScalarAsync<long>("select count(*) from logs"));
        Assert.Equal(20, await database.ScalarAsync<long>("select count(distinct body) from logs"));
        Assert.Equal(20, await database.ScalarAsync<decimal>("select sum(count) from rollup_severity"));
    }

    [Fact]
    public async Task ServicesBeyondTheLimit_InAForkedBatch_CountEveryRecord()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database, services => services.Configure<PipelineOptions>(options =>
        {
            options.MaxServices = 2;
            options.Lanes = 4;
        }));

        for (var round = 0; round < 2; round++)
        {
            await pipeline.SendAsync([.. Enumerable.Range(0, 4_000).Select(i => Some.LogRecord($"shape{i % 7} {i}", service: $"s{i % 50}"))]);
        }

        Assert.Equal(8_000, await database.ScalarAsync<decimal>("select sum(count) from templates"));
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from (select 1 from templates group by service_id, text having count(*) > 1) doubles"));
    }

    [Fact]
    public async Task DeadLetterWithHostileNames_IsStored_AndTheLoopGoesOn()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);

        var outcome = await pipeline.SendAsync(Some.LogRecord("x", service: "a\0b"), Some.LogRecord("fine"));

        Assert.Equal((1, 1), (outcome.Stored, outcome.DeadLettered));
        Assert.Equal("a\uFFFDb", await database.ScalarAsync<string>("select service from dead_letters"));
        Assert.Equal(1, (await pipeline.SendAsync(Some.LogRecord("after"))).Stored);
    }

    [Fact]
    public async Task Reset_DeletesEverything_AndMemoryFollows()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync(Some.LogRecord("user 1 in"), Some.LogRecord("bad", attributes: "{broken"));

        await pipeline.Get<LogPipeline>().RunBetweenBatchesAsync(pipeline.Get<LogConsole.Storage.DataReset>().RunAsync, TestContext.Current.CancellationToken);
        Assert.Equal(0, await database.ScalarAsync<long>("select (select count(*) from logs) + (select count(*) from templates) + (select count(*) from dead_letters)"));

        Assert.Equal(1, (await pipeline.SendAsync(Some.LogRecord("user 2 in"))).Stored);
        Assert.Equal(1, await database.ScalarAsync<decimal>("select sum(count) from rollup_template"));
    }

    [Fact]
    public async Task ObserverThatThrows_TheRecordsAreStoredAllTheSame()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database, services => services.AddSingleton<IBatchObserver, ThrowOnce>());

        Assert.Equal(1, (await pipeline.SendAsync(Some.DeliveryOf("test", [Some.LogRecord("user 1 in")], Some.Identity("k")))).Stored);
        Assert.Equal(DeliveryStatus.Duplicate, (await pipeline.SendAsync(Some.DeliveryOf("test", [Some.LogRecord("user 1 in")], Some.Identity("k")))).Status);
        Assert.Equal(1, (await pipeline.SendAsync(Some.LogRecord("user 2 in"))).Stored);
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from templates"));
    }

    [Fact]
    public async Task Flush_AnswersWhenEarlierDeliveriesAreDurable()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        for (var i = 0; i < 10; i++)
        {
            await pipeline.Queue.EnqueueAsync(Some.Delivery(Some.LogRecord($"line {i}")), TestContext.Current.CancellationToken);
        }

        Assert.True(await pipeline.Get<LogPipeline>().FlushAsync(TestContext.Current.CancellationToken));
        Assert.Equal(10, await database.ScalarAsync<long>("select count(*) from logs"));
    }

    [Fact]
    public async Task Stop_DrainsTheQueue_AndSettlesEverything()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        var deliveries = Enumerable.Range(0, 50).Select(i => Some.Delivery(Some.LogRecord($"line {i}"))).ToList();
        foreach (var delivery in deliveries)
        {
            await pipeline.Queue.EnqueueAsync(delivery, TestContext.Current.CancellationToken);
        }

        await pipeline.StopAsync(TestContext.Current.CancellationToken);

        Assert.All(await Task.WhenAll(deliveries.Select(delivery => delivery.Settled)), outcome => Assert.Equal(1, outcome.Stored));
        Assert.Equal(50, await database.ScalarAsync<long>("select count(*) from logs"));
        Assert.Equal(EnqueueResult.Stopping, await pipeline.Queue.EnqueueAsync(Some.Delivery(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Services_BeyondTheLimit_AreFoldedAndKeepTheirName()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(
            database, services => services.Configure<PipelineOptions>(options => options.MaxServices = 3));

        await pipeline.SendAsync([.. Enumerable.Range(0, 10).Select(i => Some.LogRecord("x", service: $"s{i}", attributes: """{"k":1}"""))]);

        Assert.Equal(4, await database.ScalarAsync<long>("select count(*) from services"));
        Assert.Equal(7, await database.ScalarAsync<long>("select count(*) from logs l join services s on s.id = l.service_id where s.name = '_other'"));
        Assert.Equal("s9", await database.ScalarAsync<string>("select attributes->>'service.name' from logs where flags & 128 <> 0 order by id desc limit 1"));
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from services where name = '_other'"));
    }

    private sealed class ThrowOnce : IBatchObserver
    {
        private bool _thrown;

        public void OnCommitted(LogBatch batch, CommitResult result)
        {
            if (!_thrown)
            {
                _thrown = true;
                throw new InvalidOperationException("once");
            }
        }
    }

    private sealed class ThrowOnBoom : ILogStage
    {
        public IStageChange Begin(LogBatch batch, int laneCount) => new Change(batch);

        private sealed class Change(LogBatch batch) : IStageChange
        {
            public void Process(int lane, ReadOnlySpan<int> indices)
            {
                foreach (var i in indices)
                {
                    if (batch.Records[i].Body.Span.SequenceEqual("boom"u8))
                    {
                        throw new FormatException("cannot take this one");
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
