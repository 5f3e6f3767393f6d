using System.Globalization;
using LogConsole.Storage;
using LogConsole.Storage.Embedded;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Access.Commands;

/// <summary>
/// The configured database for a command: an external one by its connection string; the embedded one through the console that runs it,
/// else started for as long as the command takes.
/// </summary>
internal sealed class CommandDatabase : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TextWriter _progress;
    private Microsoft.Win32.SafeHandles.SafeFileHandle? _sockets;

    private readonly bool _mayMake;

    private CommandDatabase(WebApplication app, bool mayMake, TextWriter progress)
    {
        _app = app;
        _mayMake = mayMake;
        _progress = progress;
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>
    /// Opens it. Throws <see cref="StartupException"/> with one sentence when the settings are wrong or the database cannot be reached.
    /// </summary>
    /// <param name="settings"><c>--Section:Key value</c> pairs, as the console takes them.</param>
    /// <param name="mayMake">Whether a database that is not there yet, or has no console's tables, is made; else that is a fault, and nothing is.</param>
    /// <param name="progress">Told when the embedded server is started.</param>
    public static async Task<CommandDatabase> OpenAsync(string[] settings, bool mayMake, TextWriter progress, CancellationToken cancellationToken)
    {
        var builder = ConsoleHost.CreateBuilder(settings);
        builder.Logging.ClearProviders();
        builder.AddStorage();
        builder.AddConsoleOptions<AccessOptions>(AccessOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>();
        builder.Services.AddAccessServices();
        var opened = new CommandDatabase(builder.BuildConsole(), mayMake, progress);
        try
        {
            await opened.OpenAsync(cancellationToken).ConfigureAwait(false);
            return opened;
        }
        catch (Exception e)
        {
            var server = opened.Services.GetRequiredService<IDatabaseServer>();
            var explained = e as StartupException ?? server.Explain(e);
            await opened.DisposeAsync().ConfigureAwait(false);
            if (explained is not null)
            {
                throw explained;
            }

            if (e is NpgsqlException || DatabaseFaults.IsAway(e))
            {
                var reason = DatabaseFaults.Describe(e, server.Name);
                throw new StartupException(ExitCodes.DatabaseRefused, $"{char.ToUpperInvariant(reason[0])}{reason[1..]}.");
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Services.GetRequiredService<Database>().DisposeAsync().ConfigureAwait(false);
        await Services.GetRequiredService<IDatabaseServer>().StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _sockets?.Dispose();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await FindRunningAsync(cancellationToken).ConfigureAwait(false);
        if (connection is not null)
        {
            // The console that runs it has brought its tables up to date.
            Services.GetRequiredService<Database>().Open(NpgsqlDataSource.Create(connection));
            return;
        }

        connection = await Services.GetRequiredService<IDatabaseServer>().EnsureRunningAsync(cancellationToken).ConfigureAwait(false);
        var source = NpgsqlDataSource.Create(connection);
        Services.GetRequiredService<Database>().Open(source);
        if (!_mayMake && !await HasTablesAsync(source, cancellationToken).ConfigureAwait(false))
        {
            throw NoData(ExitCodes.DatabaseRefused, $"the database {connection.Database} at {connection.Host}:{connection.Port}", $"ConnectionStrings:{ExternalServer.ConnectionName}");
        }

        await new Migrator().MigrateAsync(source, cancellationToken).ConfigureAwait(false);
    }

    // Null: it is external, or nobody runs the embedded one and the data directory is ours now.
    private async Task<NpgsqlConnectionStringBuilder?> FindRunningAsync(CancellationToken cancellationToken)
    {
        if (Services.GetRequiredService<IDatabaseServer>() is not EmbeddedServer server)
        {
            return null;
        }

        var directory = Services.GetRequiredService<DataDirectory>();

        // Before the claim, which makes the folder. A lock without a database: its holder may be making one, as the claim will tell.
        if (!_mayMake && !server.IsMade && !File.Exists(Path.Combine(directory.Path, ConsoleLock.FileName)) && IsReadable(directory.Path))
        {
            throw NoData(ExitCodes.Directory, directory.Path, "Storage:DataDirectory");
        }

        try
        {
            directory.Claim();
        }
        catch (StartupException e) when (e.ExitCode == ExitCodes.DataDirectoryInUse)
        {
            return await ReachAsync(directory.Path, e, cancellationToken).ConfigureAwait(false);
        }

        if (!_mayMake && !server.IsMade)
        {
            throw NoData(ExitCodes.Directory, directory.Path, "Storage:DataDirectory");
        }

        await _progress.WriteLineAsync(
            server.IsMade
                ? $"No console works in {directory.Path}: its PostgreSQL is started for this command."
                : $"No console has worked in {directory.Path} yet: its database is made there.").ConfigureAwait(false);
        return null;
    }

    private static StartupException NoData(int exitCode, string place, string setting) =>
        new(exitCode, $"There is no console's data in {place}: set {setting} to the console's own, or start the console there once.");

    // A folder closed to this account hides what it holds: the claim says that it is closed.
    private static bool IsReadable(string directory)
    {
        try
        {
            return !Directory.Exists(directory) || Directory.GetFileSystemEntries(directory) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task<bool> HasTablesAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("select to_regclass('schema_migrations') is not null");
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    private async Task<NpgsqlConnectionStringBuilder> ReachAsync(string directory, StartupException holder, CancellationToken cancellationToken)
    {
        var settings = new EmbeddedPostgresSettings(directory, null, "", 0);
        try
        {
            var connection = new NpgsqlConnectionStringBuilder
            {
                Username = EmbeddedPostgresSettings.Role,
                Password = await File.ReadAllTextAsync(settings.PasswordFile, cancellationToken).ConfigureAwait(false),
                Database = EmbeddedServer.DatabaseName,
                ApplicationName = "LogConsole command",
                Pooling = false,
                Timeout = 10,
            };
            if (OperatingSystem.IsLinux())
            {
                // A socket's path may be short only; a descriptor's always is.
                _sockets = Posix.OpenForReading(settings.SocketDirectory);
                connection.Host = $"/proc/self/fd/{_sockets.DangerousGetHandle()}";
            }
            else
            {
                // The fourth line of the pid file is the port.
                var lines = await File.ReadAllLinesAsync(Path.Combine(settings.ClusterDirectory, "postmaster.pid"), cancellationToken).ConfigureAwait(false);
                (connection.Host, connection.Port) = ("127.0.0.1", int.Parse(lines[3], CultureInfo.InvariantCulture));
            }

            await using var probe = new NpgsqlConnection(connection.ConnectionString);
            await probe.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var ready = new NpgsqlCommand("select to_regclass('access_links') is not null", probe);
            return await ready.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true
                ? connection
                : throw new StartupException(ExitCodes.DatabaseVersion, "The console that is running is older than this command, or still starting: try again when it is ready.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception or NpgsqlException)
        {
            throw new StartupException(
                ExitCodes.DataDirectoryInUse,
                $"{holder.Message.TrimEnd('.')}, and its PostgreSQL cannot be reached as {Environment.UserName} ({DatabaseFaults.Describe(e, "it")}). Run this as the account that runs the console, when it is ready.");
        }
    }
}
