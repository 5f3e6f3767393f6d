using LogConsole.Storage;
using LogConsole.Storage.Embedded;
using LogConsole.Tests.TestSupport;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace LogConsole.Tests.TestSupport;

/// <summary>
/// One real PostgreSQL (the embedded one, without fsync) for the whole assembly, started when the first test asks;
/// every test gets a fresh, migrated database. Thread-safe.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private const string Template = "migrated";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("logconsole-tests-");
    private readonly Lazy<Task<EmbeddedPostgres>> _server;
    private int _databases;

    public PostgresFixture() => _server = new Lazy<Task<EmbeddedPostgres>>(StartAsync);

    /// <summary>A migrated database of the test's own.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => CreateAsync(Template);

    /// <summary>A database without any schema.</summary>
    public Task<TestDatabase> CreateEmptyDatabaseAsync() => CreateAsync("template1");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_server.IsValueCreated)
            {
                await (await _server.Value).DisposeAsync();
            }
        }
        finally
        {
            _directory.Delete(recursive: true);
        }
    }

    internal static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private async Task<TestDatabase> CreateAsync(string template)
    {
        var server = await _server.Value;
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(server.ConnectionString, $"create database {name} template {template}");
        return new TestDatabase(server.ConnectionString, name);
    }

    private async Task<EmbeddedPostgres> StartAsync()
    {
        var server = new EmbeddedPostgres(
            new EmbeddedPostgresSettings(_directory.FullName, PostgresDirectory: null, User: "nobody", SharedBuffersMiB: 64)
            {
                Overrides = new Dictionary<string, string> { ["fsync"] = "off", ["synchronous_commit"] = "off", ["full_page_writes"] = "off" },
            },
            TimeProvider.System);
        await server.StartAsync(CancellationToken.None);
        await ExecuteAsync(server.ConnectionString, $"create database {Template}");
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = Template });
        await new Migrator().MigrateAsync(source, CancellationToken.None);
        return server;
    }
}
