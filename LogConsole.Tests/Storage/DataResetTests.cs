using LogConsole.Storage;
using LogConsole.Tests.TestSupport;
using Npgsql;

namespace LogConsole.Tests.Storage;

public sealed class DataResetTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AnotherConsoleOnTheDatabase_IsRefusedUntilThatOneHasGone()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("insert into services (name, demo, created_at) values ('shop', false, now())");
        var (mine, other) = (Guid.NewGuid(), Guid.NewGuid());
        await using var ourSentinel = await ArriveAsync(database, mine);
        var theirSentinel = await ArriveAsync(database, other);
        var reset = new DataReset(database.Database, new InstanceIdentity(mine));

        var refused = await Assert.ThrowsAsync<ResetRefusedException>(() => reset.RunAsync(Cancellation));
        Assert.Equal("Another console works on this database, and nothing was deleted: stop it, then reset.", refused.Message);
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from services"));

        await theirSentinel.DisposeAsync();
        await WaitForAsync(database, "select count(*) = 1 from pg_locks where locktype = 'advisory' and classid = 27755 and database = (select oid from pg_database where datname = current_database())");
        await reset.RunAsync(Cancellation);
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from services"));
    }

    [Fact]
    public async Task Arrive_WhileAnotherMakesSureOfBeingAlone_WaitsForIt()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var resetting = await database.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await resetting.BeginTransactionAsync(Cancellation);
        Assert.Equal(0, await InstancePresence.OthersAsync(resetting, Guid.NewGuid(), Cancellation));

        var arriving = ArriveAsync(database, Guid.NewGuid());
        await WaitForAsync(database, "select count(*) = 1 from pg_locks where locktype = 'advisory' and classid = 27756 and not granted and database = (select oid from pg_database where datname = current_database())");
        Assert.Equal(0, await InstancePresence.OthersAsync(resetting, Guid.NewGuid(), Cancellation));
        await transaction.CommitAsync(Cancellation);

        await using var arrived = await arriving;
        await using var next = await database.Source.OpenConnectionAsync(Cancellation);
        await using var asking = await next.BeginTransactionAsync(Cancellation);
        Assert.Equal(1, await InstancePresence.OthersAsync(next, Guid.NewGuid(), Cancellation));
    }

    private static async Task<NpgsqlConnection> ArriveAsync(TestDatabase database, Guid instance)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await InstancePresence.ArriveAsync(connection, instance, Cancellation);
        return connection;
    }

    private static async Task WaitForAsync(TestDatabase database, string condition)
    {
        while (!await database.ScalarAsync<bool>(condition))
        {
            Cancellation.ThrowIfCancellationRequested();
        }
    }
}
