using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Tests.TestSupport;

/// <summary>A database of one test's own; disposing drops it, whoever is still connected.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name;

    internal TestDatabase(string server, string name)
    {
        _server = server;
        _name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name, Pooling = true }.ConnectionString;
        Source = NpgsqlDataSource.Create(ConnectionString);
        Database = new Database(TimeProvider.System);
        Database.Open(Source);
    }

    /// <summary>Valid in this process only: the socket is reached through one of its descriptors.</summary>
    public string ConnectionString { get; }

    public NpgsqlDataSource Source { get; }

    /// <summary>Ready, opened on <see cref="Source"/>.</summary>
    public Database Database { get; }

    /// <summary>Runs statements without parameters.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await PostgresFixture.ExecuteAsync(_server, $"drop database if exists {_name} with (force)");
    }
}
