using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace LogConsole.Storage;

/// <summary>
/// The one way to PostgreSQL. Whoever starts or finds the server hands its data source in by <see cref="Open"/>;
/// rooms ask for connections and report what they meet, so that one place knows whether the database is there. Thread-safe.
/// </summary>
public sealed class Database(TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private NpgsqlDataSource? _source;
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The condition now.</summary>
    public DatabaseStatus Status { get; private set; } = new(DatabaseCondition.Starting, time.GetUtcNow(), "the database is starting");

    /// <summary>Raised after every change of <see cref="Status"/>, on the thread that changed it.</summary>
    public event Action<DatabaseStatus>? StatusChanged;

    /// <summary>The data source; throws <see cref="DatabaseUnavailableException"/> before the first <see cref="Open"/>.</summary>
    public NpgsqlDataSource Source => _source ?? throw new DatabaseUnavailableException(Status.Reason ?? "the database is starting");

    /// <summary>Opens a pooled connection. Throws <see cref="DatabaseUnavailableException"/> before the first <see cref="Open"/>, else what Npgsql throws.</summary>
    public ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken) => Source.OpenConnectionAsync(cancellationToken);

    /// <summary>Waits until the database is ready.</summary>
    public Task WhenReadyAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _ready.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The server is reached and migrated. Owns the source from here on.</summary>
    public void Open(NpgsqlDataSource source)
    {
        _source = source;
        Set(DatabaseCondition.Ready, null);
    }

    /// <summary>Says why the database is not ready yet.</summary>
    public void ReportStarting(string reason) => Set(DatabaseCondition.Starting, reason);

    /// <summary>A caller failed to reach the database. Once it is away, <see cref="ReportAway(string)"/> tells more of it than one caller's failure.</summary>
    public void ReportAway(Exception failure)
    {
        if (Status.IsReady)
        {
            ReportAway(DatabaseFaults.Describe(failure));
        }
    }

    /// <summary>The database cannot be reached, or is known to be restarting: one clause for people, without a full stop.</summary>
    public void ReportAway(string reason)
    {
        if (_source is not null)
        {
            Set(DatabaseCondition.Away, reason);
        }
    }

    /// <summary>A caller reached the database again.</summary>
    public void ReportBack()
    {
        if (Status.Condition == DatabaseCondition.Away)
        {
            Set(DatabaseCondition.Ready, null);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_source is { } source)
        {
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Set(DatabaseCondition condition, string? reason)
    {
        DatabaseStatus status;
        lock (_lock)
        {
            if (Status.Condition == condition && Status.Reason == reason)
            {
                return;
            }

            status = Status with { Reason = reason };
            if (Status.Condition != condition)
            {
                status = new DatabaseStatus(condition, time.GetUtcNow(), reason);
            }

            Status = status;
            if (condition == DatabaseCondition.Ready)
            {
                _ready.TrySetResult();
            }
            else if (_ready.Task.IsCompleted)
            {
                _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        StatusChanged?.Invoke(status);
    }
}

/// <summary>There is no database to talk to yet; the message says why in words for people.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Raised in one place.")]
public sealed class DatabaseUnavailableException(string reason) : Exception(reason);
