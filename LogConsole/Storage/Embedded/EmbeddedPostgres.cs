using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Npgsql;

namespace LogConsole.Storage.Embedded;

/// <summary>
/// The PostgreSQL inside the data directory: made when it is not there yet, started as a child of this process, stopped with it.
/// The caller holds the data directory's lock, so every other PostgreSQL found at work on the cluster was left behind.
/// Not thread-safe: one owner starts, watches and stops it.
/// </summary>
internal sealed class EmbeddedPostgres(EmbeddedPostgresSettings settings, TimeProvider time) : IAsyncDisposable
{
    // One that ends while it starts may have been killed, as by a kernel short of memory; one that has a reason of its own says it again at once.
    private const int MostAttempts = 3;

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(20);

    private readonly PostgresLauncher _launcher = new();
    private readonly string? _user = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? settings.User : null;
    private SafeFileHandle? _sockets;
    private PostgresBinaries? _binaries;
    private int? _port;
    private Process? _postmaster;
    private Task _exited = Task.CompletedTask;

    /// <summary>What is being done while <see cref="StartAsync"/> runs, in words for people.</summary>
    public event Action<string>? Progress;

    /// <summary>Completes when the running server has ended for whatever reason; complete while none runs.</summary>
    public Task Exited => _exited;

    /// <summary>The server's process id while it runs; tests end it by force.</summary>
    public int? ProcessId => _exited.IsCompleted ? null : _postmaster?.Id;

    /// <summary>How to reach the server's <c>postgres</c> database as its owner. The same after every restart; valid after <see cref="StartAsync"/>, for this process only.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>
    /// Returns when the server accepts connections, however long its crash recovery takes. Throws <see cref="StartupException"/>
    /// with a sentence that quotes PostgreSQL when it does not come up.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _binaries ??= await PostgresBinaries.FindAsync(settings.PostgresDirectory, _user, PostgresBinaries.UsualPlaces, cancellationToken).ConfigureAwait(false);
        var cluster = new PostgresCluster(settings, _binaries, _launcher, _user);
        var leftBehind = new LeftBehindPostgres(settings.ClusterDirectory, settings.SocketDirectory, time);
        for (var attempt = 1; ; attempt++)
        {
            await leftBehind.EndAsync(Report, cancellationToken).ConfigureAwait(false);
            await cluster.PrepareAsync(Report, cancellationToken).ConfigureAwait(false);

            Report("PostgreSQL is starting");
            PostgresLog.Bound(settings.LogFile);
            var logStart = PostgresLog.Length(settings.LogFile);
            var connection = await LaunchAsync(_binaries, cancellationToken).ConfigureAwait(false);
            if (await IsReachableAsync(connection, cancellationToken).ConfigureAwait(false))
            {
                ConnectionString = connection;
                return;
            }

            if (attempt == MostAttempts)
            {
                throw new StartupException(
                    ExitCodes.EmbeddedDatabase,
                    $"The embedded PostgreSQL did not start: {PostgresLog.Complaint(settings.LogFile, logStart)} (log: {settings.LogFile}).");
            }
        }
    }

    /// <summary>Ends all sessions and stops the server cleanly; when that takes longer than <paramref name="limit"/>, without a last checkpoint.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        if (_postmaster is null || _exited.IsCompleted)
        {
            return;
        }

        RequestStop(_postmaster.Id);
        if (await EndsWithinAsync(limit).ConfigureAwait(false))
        {
            return;
        }

        if (!OperatingSystem.IsWindows())
        {
            Posix.Signal(_postmaster.Id, Posix.SigQuit);
            if (await EndsWithinAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false))
            {
                return;
            }
        }

        _postmaster.Kill(entireProcessTree: true);
        await _exited.ConfigureAwait(false);
    }

    /// <summary>Keeps the server's log file from growing without bound; call it now and then.</summary>
    public void BoundLog() => PostgresLog.Bound(settings.LogFile);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        _launcher.Dispose();
        _sockets?.Dispose();
        _postmaster?.Dispose();
    }

    private async Task<string> LaunchAsync(PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        var password = await File.ReadAllTextAsync(settings.PasswordFile, cancellationToken).ConfigureAwait(false);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Username = EmbeddedPostgresSettings.Role,
            Password = password,
            Database = "postgres",
            ApplicationName = "LogConsole",
            Pooling = false,
            Timeout = 5,
        };
        List<string> arguments = ["-D", OperatingSystem.IsLinux() ? PostgresLauncher.Cluster : settings.ClusterDirectory];
        if (OperatingSystem.IsLinux())
        {
            _sockets ??= Posix.OpenForReading(settings.SocketDirectory);
            connection.Host = $"/proc/self/fd/{_sockets.DangerousGetHandle()}";
            arguments.AddRange(["-k", PostgresLauncher.Sockets, "-c", "listen_addresses="]);
        }
        else
        {
            // No descriptors to reach a socket through: loopback, guarded by the password.
            (connection.Host, connection.Port) = ("127.0.0.1", _port ??= FreePort());
            arguments.AddRange(["-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1", "-p", $"{connection.Port}"]);
        }

        arguments.AddRange(settings.ServerSettings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" }));
        _postmaster?.Dispose();
        _postmaster = await _launcher.StartAsync(
            settings.ClusterDirectory, settings.SocketDirectory, settings.LogFile, _user, binaries.Postgres, arguments).ConfigureAwait(false);
        _exited = _postmaster.WaitForExitAsync(CancellationToken.None);
        return connection.ConnectionString;
    }

    // False when the server ends before it accepts a connection.
    private async Task<bool> IsReachableAsync(string connectionString, CancellationToken cancellationToken)
    {
        while (!_exited.IsCompleted)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString);
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CannotConnectNow)
            {
                Report("PostgreSQL is recovering what was last written before it was stopped by force");
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
            {
                throw new StartupException(
                    ExitCodes.EmbeddedDatabase, $"{settings.PasswordFile} does not hold the password of the database beside it: put the right file back.");
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                // Not listening yet; the process's end is what tells a failure.
            }

            await Task.Delay(s_pollInterval, time, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private void RequestStop(int pid)
    {
        if (OperatingSystem.IsWindows())
        {
            using var stop = Process.Start(_binaries!.PgCtl, ["stop", "-D", settings.ClusterDirectory, "-m", "fast", "--no-wait"]);
        }
        else
        {
            Posix.Signal(pid, Posix.SigInt);
        }
    }

    private async Task<bool> EndsWithinAsync(TimeSpan limit)
    {
        try
        {
            await _exited.WaitAsync(limit, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Report(string progress) => Progress?.Invoke(progress);
}
