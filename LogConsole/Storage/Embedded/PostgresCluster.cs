using System.Globalization;
using System.Security.Cryptography;

namespace LogConsole.Storage.Embedded;

/// <summary>Makes the cluster's folder, or checks the one that is there.</summary>
internal sealed class PostgresCluster(EmbeddedPostgresSettings settings, PostgresBinaries binaries, PostgresLauncher launcher, string? user)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Afterwards cluster, socket folder and password are there, owned by the database's account.
    /// Throws <see cref="StartupException"/> when the cluster was made by another major version or cannot be made, as where something else has its name.
    /// </summary>
    public async Task PrepareAsync(Action<string> report, CancellationToken cancellationToken)
    {
        var versionFile = Path.Combine(settings.ClusterDirectory, "PG_VERSION");
        var isThere = File.Exists(versionFile);
        RefuseWhatIsInTheWay(isThere);
        await MakeOwnAsync(settings.SocketDirectory, cancellationToken).ConfigureAwait(false);
        if (!isThere)
        {
            report("PostgreSQL is being set up");
            await CreateAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var version = (await File.ReadAllTextAsync(versionFile, cancellationToken).ConfigureAwait(false)).Trim();
        if (version != binaries.Major.ToString(CultureInfo.InvariantCulture))
        {
            throw new StartupException(
                ExitCodes.DatabaseVersion,
                $"{settings.ClusterDirectory} was made by PostgreSQL {version}, and this console carries {binaries.Major}: "
                + "set Storage:PostgresDirectory to that version, or move the data with pg_upgrade.");
        }

        if (!File.Exists(settings.PasswordFile))
        {
            throw new StartupException(
                ExitCodes.EmbeddedDatabase, $"{settings.PasswordFile} is missing, without which nobody can open the database beside it: put it back.");
        }

        await MakeOwnAsync(settings.ClusterDirectory, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Somebody else's files are neither overwritten nor waited for.</summary>
    private void RefuseWhatIsInTheWay(bool isThere)
    {
        if (!isThere && Path.Exists(settings.ClusterDirectory))
        {
            throw new StartupException(
                ExitCodes.Directory,
                $"{settings.ClusterDirectory} is in the way: the embedded PostgreSQL is made there, and what is there is no PostgreSQL database (it has no PG_VERSION). "
                + "Move it elsewhere, or set Storage:DataDirectory to another folder.");
        }

        foreach (var folder in new[] { settings.SocketDirectory, settings.StagingDirectory }.Where(File.Exists))
        {
            throw new StartupException(
                ExitCodes.Directory,
                $"{folder} is in the way: the embedded PostgreSQL needs a folder of that name, and it is a file. Move it elsewhere, or set Storage:DataDirectory to another folder.");
        }
    }

    /// <summary>In a folder of its own, renamed when complete: a console killed in the middle leaves nothing that looks like a database.</summary>
    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(settings.StagingDirectory))
        {
            Directory.Delete(settings.StagingDirectory, recursive: true);
        }

        await MakeOwnAsync(settings.StagingDirectory, cancellationToken).ConfigureAwait(false);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await WritePasswordAsync(settings.PasswordFile, password, cancellationToken).ConfigureAwait(false);
        var passwordForInit = Path.Combine(settings.StagingDirectory, "password");
        await WritePasswordAsync(passwordForInit, password, cancellationToken).ConfigureAwait(false);
        await MakeOwnAsync(passwordForInit, cancellationToken).ConfigureAwait(false);

        var logStart = PostgresLog.Length(settings.LogFile);
        var staging = OperatingSystem.IsLinux() ? PostgresLauncher.Cluster : settings.StagingDirectory;
        using var initdb = await launcher.StartAsync(
            settings.StagingDirectory,
            settings.SocketDirectory,
            settings.LogFile,
            user,
            binaries.InitDb,
            ["-D", $"{staging}/cluster", "-U", EmbeddedPostgresSettings.Role, $"--pwfile={staging}/password", "--auth=scram-sha-256", "-E", "UTF8", .. Locale]).ConfigureAwait(false);
        try
        {
            await initdb.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            initdb.Kill(entireProcessTree: true);
            throw;
        }

        if (initdb.ExitCode != 0)
        {
            throw new StartupException(
                ExitCodes.EmbeddedDatabase,
                $"The embedded PostgreSQL could not be set up: {PostgresLog.Complaint(settings.LogFile, logStart)} (log: {settings.LogFile}).");
        }

        Directory.Move(Path.Combine(settings.StagingDirectory, "cluster"), settings.ClusterDirectory);
        Directory.Delete(settings.StagingDirectory, recursive: true);
    }

    /// <summary>Code-point order and Unicode letters, without asking the operating system's locales where PostgreSQL can do so itself.</summary>
    private string[] Locale => binaries.Major >= 17
        ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        : ["--locale=C.UTF-8"];

    private static async Task WritePasswordAsync(string path, string password, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(path, options);
        await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(password), cancellationToken).ConfigureAwait(false);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Creates the folder when missing, closes it to others and gives it to the database's account, contents included.</summary>
    private async Task MakeOwnAsync(string path, CancellationToken cancellationToken)
    {
        const string GiveAway = """uid=$(id -u "$1") && gid=$(id -g "$1") && { [ "$(stat -c %u "$2")" = "$uid" ] || chown -R "$uid:$gid" "$2"; }""";
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(path);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, OwnerOnly);
            }
        }

        if (user is null)
        {
            return;
        }

        var (exitCode, _, errors) = await ShortProcess.RunAsync("/bin/sh", ["-c", GiveAway, "sh", user, path], cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
        {
            throw new StartupException(ExitCodes.Directory, $"{path} cannot be given to the user {user} (Storage:EmbeddedUser): {errors}.");
        }
    }
}
