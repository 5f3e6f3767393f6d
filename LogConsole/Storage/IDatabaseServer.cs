using Npgsql;

namespace LogConsole.Storage;

/// <summary>The PostgreSQL the console works with: its own, or somebody else's.</summary>
internal interface IDatabaseServer : IAsyncDisposable
{
    /// <summary>What is being done, in words for people, while <see cref="EnsureRunningAsync"/> runs.</summary>
    event Action<string>? Progress;

    /// <summary>For sentences: "the database at db:5432".</summary>
    string Name { get; }

    /// <summary>
    /// Starts the server when it is ours and does not run, and returns how to reach the console's database: the same after every call.
    /// Throws <see cref="StartupException"/> when it cannot be started.
    /// </summary>
    Task<NpgsqlConnectionStringBuilder> EnsureRunningAsync(CancellationToken cancellationToken);

    /// <summary>The sentence for a fault met at the first connection that only a person can mend; null when there is none to say.</summary>
    StartupException? Explain(Exception fault);

    /// <summary>Regular upkeep, now and then.</summary>
    void Tend();

    /// <summary>Stops the server when it is ours.</summary>
    Task StopAsync();
}
