using Npgsql;

namespace LogConsole.Storage;

/// <summary>The server of <c>ConnectionStrings:LogConsole</c>: found, never started or stopped.</summary>
internal sealed class ExternalServer : IDatabaseServer
{
    public const string ConnectionName = "LogConsole";

    private readonly NpgsqlConnectionStringBuilder _connection;

    /// <summary>The string was checked at start (<see cref="ConnectionStringCheck"/>).</summary>
    public ExternalServer(string connectionString)
    {
        _connection = new NpgsqlConnectionStringBuilder(connectionString);
        _connection.ApplicationName ??= "LogConsole";
    }

    // The server is somebody else's business: nothing to report.
    public event Action<string>? Progress
    {
        add { }
        remove { }
    }

    public string Name => $"the database at {_connection.Host}:{_connection.Port}";

    public Task<NpgsqlConnectionStringBuilder> EnsureRunningAsync(CancellationToken cancellationToken) => Task.FromResult(_connection);

    public StartupException? Explain(Exception fault) => DatabaseFaults.Explain(fault, Name, _connection);

    public void Tend()
    {
    }

    public Task StopAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
