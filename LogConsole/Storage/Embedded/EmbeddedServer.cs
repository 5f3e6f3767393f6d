using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Storage.Embedded;

/// <summary>The PostgreSQL in the data directory, with the console's database in it.</summary>
internal sealed class EmbeddedServer : IDatabaseServer
{
    public const string DatabaseName = "logconsole";

    /// <summary>Below the server's 100: some are kept for people and for the keeper's own connections.</summary>
    private const int MaxPoolSize = 80;

    private readonly string _directory;
    private readonly EmbeddedPostgres _postgres;
    private NpgsqlConnectionStringBuilder? _connection;

    public EmbeddedServer(DataDirectory directory, IOptions<StorageOptions> options, TimeProvider time)
    {
        var storage = options.Value;
        _directory = directory.Path;
        _postgres = new EmbeddedPostgres(
            new EmbeddedPostgresSettings(directory.Path, storage.PostgresDirectory, storage.EmbeddedUser, storage.SharedBuffersMiB), time);
        _postgres.Progress += progress => Progress?.Invoke(progress);
    }

    public event Action<string>? Progress;

    /// <summary>Whether the database has been made already.</summary>
    public bool IsMade => Directory.Exists(new EmbeddedPostgresSettings(_directory, null, "", 0).ClusterDirectory);

    public string Name => "the embedded PostgreSQL";

    public async Task<NpgsqlConnectionStringBuilder> EnsureRunningAsync(CancellationToken cancellationToken)
    {
        if (_postgres.Exited.IsCompleted)
        {
            await _postgres.StartAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_connection is null)
        {
            await CreateDatabaseAsync(cancellationToken).ConfigureAwait(false);
            _connection = new NpgsqlConnectionStringBuilder(_postgres.ConnectionString)
            {
                Database = DatabaseName,
                Pooling = true,
                MaxPoolSize = MaxPoolSize,
            };
        }

        return _connection;
    }

    /// <summary>Faults of PostgreSQL's own come as sentences already; what the operating system forbids does not heal by waiting.</summary>
    public StartupException? Explain(Exception fault) => fault is UnauthorizedAccessException
        ? new StartupException(ExitCodes.Directory, $"The embedded PostgreSQL cannot be kept in {_directory} by {Environment.UserName}: {fault.Message.TrimEnd('.')} (set Storage:DataDirectory).")
        : null;

    public void Tend() => _postgres.BoundLog();

    public Task StopAsync() => _postgres.StopAsync(TimeSpan.FromSeconds(20));

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_postgres.ConnectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var exists = new NpgsqlCommand($"select 1 from pg_database where datname = '{DatabaseName}'", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            await using var create = new NpgsqlCommand($"create database {DatabaseName}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
