using LogConsole.Storage;
using LogConsole.Tests.TestSupport;
using Npgsql;

namespace LogConsole.Tests.Storage;

public sealed class MigratorTests(PostgresFixture postgres)
{
    private static readonly Migration s_first = new(1, "first", "create table first (id int); insert into first values (1)");
    private static readonly Migration s_second = new(2, "second", "create table second (id int)");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_OwnStepsOnAnEmptyDatabase_AppliesEachOnce()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        Assert.Equal(Migration.Embedded.Count, await new Migrator().MigrateAsync(database.Source, Cancellation));
        Assert.Equal(0, await new Migrator().MigrateAsync(database.Source, Cancellation));
        Assert.Equal(Migration.Embedded.Count, await database.ScalarAsync<long>("select count(*) from schema_migrations"));
    }

    [Fact]
    public async Task Migrate_ManyAtOnce_AppliesEachStepOnce()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new Migrator().MigrateAsync(database.Source, Cancellation), Cancellation)));
        Assert.Equal(Migration.Embedded.Count, applied.Sum());
    }

    [Fact]
    public async Task Migrate_NewStep_AppliesOnlyThat()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        await new Migrator([s_first]).MigrateAsync(database.Source, Cancellation);
        Assert.Equal(1, await new Migrator([s_first, s_second]).MigrateAsync(database.Source, Cancellation));
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from first"));
    }

    [Fact]
    public async Task Migrate_FailingStep_LeavesNothingOfItAndKeepsEarlierOnes()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        var broken = s_second with { Sql = "create table second (id int); select 1/0" };
        await Assert.ThrowsAsync<PostgresException>(() => new Migrator([s_first, broken]).MigrateAsync(database.Source, Cancellation));
        Assert.Equal(1, await database.ScalarAsync<int>("select max(version) from schema_migrations"));
        Assert.Equal(1, await new Migrator([s_first, s_second]).MigrateAsync(database.Source, Cancellation));
    }

    [Fact]
    public async Task Migrate_NewerSchema_IsRefusedWithASentence()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        await new Migrator([s_first, s_second]).MigrateAsync(database.Source, Cancellation);
        var fault = await Assert.ThrowsAsync<StartupException>(() => new Migrator([s_first]).MigrateAsync(database.Source, Cancellation));
        Assert.Equal(ExitCodes.DatabaseVersion, fault.ExitCode);
        Assert.Contains("0002_second", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_EditedStep_IsRefused()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        await new Migrator([s_first]).MigrateAsync(database.Source, Cancellation);
        var edited = new Migration(1, "first", "create table first (id bigint)");
        var fault = await Assert.ThrowsAsync<StartupException>(() => new Migrator([edited]).MigrateAsync(database.Source, Cancellation));
        Assert.Contains("0001_first", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checksum_OtherLineEndings_IsTheSame() =>
        Assert.Equal(new Migration(1, "x", "a\nb").Checksum, new Migration(1, "x", "a\r\nb").Checksum);

    [Fact]
    public void Embedded_Numbers_AreOneToN() =>
        Assert.Equal(Enumerable.Range(1, Migration.Embedded.Count), Migration.Embedded.Select(migration => migration.Version));
}
