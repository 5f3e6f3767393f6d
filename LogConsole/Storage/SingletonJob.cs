using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Storage;

/// <summary>
/// Work that exactly one of all consoles on one PostgreSQL does: the holder of an advisory lock, which lives as long as the holder's
/// connection. Since a holder may be cut off without knowing (a stopped process, a silent network), its writes are also fenced by
/// <see cref="JobLease.CheckAsync"/> (Kleppmann, "How to do distributed locking", 2016).
/// </summary>
public abstract class SingletonJob(Database database, TimeProvider time, ILogger logger) : BackgroundLoop(time, logger)
{
    /// <summary>Waiting inside the server would hold a snapshot that keeps vacuum from its work; asking now and then costs nothing.</summary>
    private static readonly TimeSpan s_askInterval = TimeSpan.FromSeconds(2);

    /// <summary>How often a holder makes sure that its connection still reaches the server.</summary>
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(5);

    // 27754, "lj", is the class of the advisory locks of jobs; the second key is the hash of the name.
    private const string TryLock = "select pg_try_advisory_lock(27754, hashtext($1))";

    private const string Unlock = "select pg_advisory_unlock(27754, hashtext($1))";

    private const string TakeToken = """
        insert into singleton_jobs as job (name, token, holder, acquired_at) values ($1, 1, $2, now())
        on conflict (name) do update set token = job.token + 1, holder = excluded.holder, acquired_at = excluded.acquired_at
        returning token
        """;

    /// <summary>
    /// Does the work until cancelled, which happens when the console stops or the lease is lost. Returning gives the job up; after a pause
    /// any instance takes it again. What it throws is logged and tried again after a growing pause, perhaps by another instance.
    /// </summary>
    protected abstract Task RunAsync(JobLease lease, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected sealed override async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await database.WhenReadyAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await TryHoldAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (DatabaseFaults.IsAway(e))
            {
                // No failure of the job: it is anybody's again when the database is back.
                database.ReportAway(e);
            }

            Rest();
            await Task.Delay(s_askInterval * (0.75 + (Random.Shared.NextDouble() / 2)), Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the lease if it is free, and works under it.</summary>
    private async Task TryHoldAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (!await TryLockAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var lease = new JobLease(Name, await TakeTokenAsync(connection, cancellationToken).ConfigureAwait(false), held.Token);
            Logger.JobAcquired(Name, lease.Token);
            Beat();
            await WorkAsync(lease, connection, held, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await UnlockAsync(connection).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the job beside a watch over the lease's connection; whichever ends first ends the other.</summary>
    private async Task WorkAsync(JobLease lease, NpgsqlConnection connection, CancellationTokenSource held, CancellationToken stopping)
    {
        var work = RunAsync(lease, held.Token);
        var watch = WatchAsync(connection, held.Token);
        await Task.WhenAny(work, watch).ConfigureAwait(false);
        await held.CancelAsync().ConfigureAwait(false);
        await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (Exception e) when (e is JobLeaseLostException || (watch.IsFaulted && e is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            Logger.JobLost(Name, DatabaseFaults.Describe(watch.Exception?.InnerException ?? e));
        }
    }

    /// <summary>Throws when the connection, and with it the lock, is gone.</summary>
    private async Task WatchAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var question = new NpgsqlCommand("select 1", connection);
        while (true)
        {
            await connection.WaitAsync(s_heartbeat, cancellationToken).ConfigureAwait(false);
            await question.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            Beat();
        }
    }

    private async Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TryLock, connection) { Parameters = { Text(Name) } };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private async Task<long> TakeTokenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TakeToken, connection) { Parameters = { Text(Name), Text($"{Environment.MachineName}/{Environment.ProcessId}") } };
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>The pool keeps the session: without this the lock would outlive the lease. A broken connection has lost it anyway.</summary>
    private async Task UnlockAsync(NpgsqlConnection connection)
    {
        if (connection.State != ConnectionState.Open)
        {
            return;
        }

        try
        {
            await using var command = new NpgsqlCommand(Unlock, connection) { Parameters = { Text(Name) } };
            await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseFaults.IsAway(e))
        {
            Logger.JobLost(Name, DatabaseFaults.Describe(e));
        }
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };
}
