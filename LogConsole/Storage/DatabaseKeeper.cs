using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;

namespace LogConsole.Storage;

/// <summary>
/// Brings the database up and keeps it so. Registered first, hence stopped last: claims the data directory before anything else starts,
/// opens the database while the web server already says what it is waiting for, restarts an embedded server that died,
/// and stops it when everybody who writes has finished.
/// A connection of its own, on which nothing happens, breaks the moment the server goes away: no polling while all is well.
/// </summary>
internal sealed class DatabaseKeeper(
    DataDirectory directory,
    InstanceIdentity instance,
    IDatabaseServer server,
    Database database,
    StartupFault fault,
    IServer webServer,
    TimeProvider time,
    ILogger<DatabaseKeeper> logger) : BackgroundService, IHostedLifecycleService
{
    /// <summary>How often a quiet connection is asked whether its server still answers (also tells a network that went silent).</summary>
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(2);

    private readonly Backoff _backoff = new(time, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2));

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        directory.Claim();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        directory.DescribeServing(webServer.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>However little time is left, the server is stopped: its own limit is short.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await server.StopAsync().ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        server.Progress += OnProgress;
        try
        {
            var (source, sentinel, sentinelConnection) = await OpenAsync(stoppingToken).ConfigureAwait(false);
            logger.DatabaseReady(server.Name);
            database.Open(source);
            await WatchAsync(source, sentinel, sentinelConnection, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (StartupException e)
        {
            fault.Report(e);
        }
        catch (Exception e) when (server.Explain(e) is { } explained)
        {
            fault.Report(explained);
        }
        catch (Exception e)
        {
            logger.DatabaseUnusable(e, server.Name);
            fault.Report(new StartupException(ExitCodes.Failure, $"{server.Name} could not be prepared: {DatabaseFaults.Describe(e, "it")}."));
        }
        finally
        {
            server.Progress -= OnProgress;
        }
    }

    /// <summary>Reaches and migrates the database, however long that takes.</summary>
    private async Task<(NpgsqlDataSource Source, NpgsqlConnection Sentinel, string SentinelConnection)> OpenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var connection = await server.EnsureRunningAsync(cancellationToken).ConfigureAwait(false);
                var sentinelConnection = new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Pooling = false, Timeout = 5, CommandTimeout = 3, CancellationTimeout = 500 }.ConnectionString;
                var (source, sentinel) = await PrepareAsync(connection, sentinelConnection, cancellationToken).ConfigureAwait(false);
                return (source, sentinel, sentinelConnection);
            }
            catch (Exception e) when (server.Explain(e) is null && DatabaseFaults.IsAway(e))
            {
                var reason = DatabaseFaults.Describe(e, "it");
                logger.DatabaseAwaited(server.Name, reason);
                database.ReportStarting($"waiting for {server.Name}: {reason}");
            }

            await _backoff.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(NpgsqlDataSource Source, NpgsqlConnection Sentinel)> PrepareAsync(
        NpgsqlConnectionStringBuilder connection, string sentinelConnection, CancellationToken cancellationToken)
    {
        var source = NpgsqlDataSource.Create(connection);
        try
        {
            await using (var first = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false))
            {
                DatabaseFaults.CheckVersion(first.PostgreSqlVersion, server.Name);
            }

            database.ReportStarting("the database's tables are being brought up to date");
            await new Migrator().MigrateAsync(source, cancellationToken).ConfigureAwait(false);

            // Before anybody reads a table into memory: whoever wants to be alone on this database sees us from here on.
            return (source, await ReachAsync(sentinelConnection, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Until stopped: notices when the server goes, brings it back, and says both.</summary>
    private async Task WatchAsync(NpgsqlDataSource source, NpgsqlConnection first, string sentinelConnection, CancellationToken cancellationToken)
    {
        NpgsqlConnection? opened = first;
        while (true)
        {
            try
            {
                if (opened is null)
                {
                    await server.EnsureRunningAsync(cancellationToken).ConfigureAwait(false);
                    opened = await ReachAsync(sentinelConnection, cancellationToken).ConfigureAwait(false);
                    Return(source);
                }

                await using var sentinel = opened;
                opened = null;
                _backoff.Reset();
                await WaitUntilGoneAsync(sentinel, source, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e) when (e is NpgsqlException or StartupException || DatabaseFaults.IsAway(e))
            {
                // Also a password that was changed under way, or a restart that failed: who once had the database waits for it.
                logger.DatabaseAway(server.Name, DatabaseFaults.Describe(e, "it"));
                database.ReportAway(DatabaseFaults.Describe(e, server.Name));
            }

            await _backoff.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<NpgsqlConnection> ReachAsync(string sentinelConnection, CancellationToken cancellationToken)
    {
        var sentinel = new NpgsqlConnection(sentinelConnection);
        try
        {
            await sentinel.OpenAsync(cancellationToken).ConfigureAwait(false);
            await InstancePresence.ArriveAsync(sentinel, instance.Id, cancellationToken).ConfigureAwait(false);
            return sentinel;
        }
        catch
        {
            await sentinel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Returns only by an exception: that of the broken connection, or of stopping.</summary>
    private async Task WaitUntilGoneAsync(NpgsqlConnection sentinel, NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (database.Status.Condition != DatabaseCondition.Away)
            {
                await WaitForDoubtAsync(sentinel, cancellationToken).ConfigureAwait(false);
            }

            await using var question = new NpgsqlCommand("select 1", sentinel);
            await question.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            server.Tend();
            if (database.Status.Condition == DatabaseCondition.Away)
            {
                // Somebody's connection broke while the server lives. Their next failure must not make this spin.
                Return(source);
                await _backoff.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                _backoff.Reset();
            }
        }
    }

    /// <summary>Waits for the heartbeat, or less when a room reports trouble; throws when the connection breaks.</summary>
    private async Task WaitForDoubtAsync(NpgsqlConnection sentinel, CancellationToken cancellationToken)
    {
        using var doubt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        void OnStatusChanged(DatabaseStatus status) => _ = status.Condition == DatabaseCondition.Away ? doubt.CancelAsync() : Task.CompletedTask;
        database.StatusChanged += OnStatusChanged;
        try
        {
            await sentinel.WaitAsync(s_heartbeat, doubt.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Doubt: ask the server.
        }
        finally
        {
            database.StatusChanged -= OnStatusChanged;
        }
    }

    /// <summary>Pooled connections to the server that was are of no use.</summary>
    private void Return(NpgsqlDataSource source)
    {
        source.Clear();
        logger.DatabaseBack(server.Name);
        database.ReportBack();
    }

    private void OnProgress(string progress)
    {
        if (database.Status.Condition == DatabaseCondition.Starting)
        {
            database.ReportStarting(progress);
        }
        else if (database.Status.Condition == DatabaseCondition.Away)
        {
            database.ReportAway(progress);
        }
    }
}
