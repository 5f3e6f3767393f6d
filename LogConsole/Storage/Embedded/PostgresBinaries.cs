using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace LogConsole.Storage.Embedded;

/// <summary>PostgreSQL's programs, in a place where the database's account can run them.</summary>
/// <param name="Directory">Folder with <c>bin/postgres</c>.</param>
/// <param name="Major">Their major version, for example 18.</param>
internal sealed record PostgresBinaries(string Directory, int Major)
{
    /// <summary>Folders of root's that every account may enter.</summary>
    public static IReadOnlyList<string> UsualPlaces { get; } = ["/var/lib/logconsole", "/usr/local/lib/logconsole", "/opt/logconsole"];

    public string InitDb => Program(Directory, "initdb");

    public string Postgres => Program(Directory, "postgres");

    public string PgCtl => Program(Directory, "pg_ctl");

    /// <summary>
    /// Finds the programs; when <paramref name="user"/> cannot run them where they are (the console lies below a folder closed to
    /// others), they are copied once to a folder of root's that everybody may read.
    /// Throws <see cref="StartupException"/> (<see cref="ExitCodes.EmbeddedDatabase"/>) when there are none or none that run.
    /// </summary>
    /// <param name="places">Where copies may be put, best first.</param>
    public static async Task<PostgresBinaries> FindAsync(
        string? configured, string? user, IReadOnlyList<string> places, CancellationToken cancellationToken)
    {
        await CheckUserAsync(user, cancellationToken).ConfigureAwait(false);
        var directory = configured ?? Path.Combine(AppContext.BaseDirectory, "postgres", Platform, "native");
        if (!File.Exists(Program(directory, "postgres")))
        {
            throw new StartupException(
                ExitCodes.EmbeddedDatabase,
                configured is null
                    ? $"This build carries no PostgreSQL for {Platform} (looked in {directory}): set ConnectionStrings:LogConsole or Storage:PostgresDirectory."
                    : $"Storage:PostgresDirectory: there is no bin/postgres in {directory}.");
        }

        var (version, fault) = await TryVersionAsync(directory, user, cancellationToken).ConfigureAwait(false);
        if (version is null && user is not null && !OperatingSystem.IsWindows())
        {
            directory = await CopyToReachablePlaceAsync(directory, places, cancellationToken).ConfigureAwait(false);
            (version, fault) = await TryVersionAsync(directory, user, cancellationToken).ConfigureAwait(false);
        }

        return version is { } major
            ? new PostgresBinaries(directory, major)
            : throw new StartupException(ExitCodes.EmbeddedDatabase, $"The PostgreSQL in {directory} cannot be run{(user is null ? "" : $" by the user {user}")}: {fault}.");
    }

    /// <summary>As the packages name it: "linux-x64", "darwin-arm64", "windows-x64".</summary>
    private static string Platform
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
            return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        }
    }

    private static string Program(string directory, string name) =>
        Path.Combine(directory, "bin", OperatingSystem.IsWindows() ? name + ".exe" : name);

    private static async Task CheckUserAsync(string? user, CancellationToken cancellationToken)
    {
        if (user is not null && (await ShortProcess.RunAsync("id", ["-u", user], cancellationToken).ConfigureAwait(false)).ExitCode != 0)
        {
            throw new StartupException(ExitCodes.Configuration, $"Storage:EmbeddedUser: this machine has no user {user}.");
        }
    }

    /// <summary>The only sure test of whether an account can run a program is to let it.</summary>
    private static async Task<(int? Major, string Fault)> TryVersionAsync(string directory, string? user, CancellationToken cancellationToken)
    {
        const string AsUser = """uid=$(id -u "$1") && gid=$(id -g "$1") && exec setpriv --reuid="$uid" --regid="$gid" --clear-groups -- "$2" --version""";
        var postgres = Program(directory, "postgres");
        var (exitCode, output, errors) = user is null
            ? await ShortProcess.RunAsync(postgres, ["--version"], cancellationToken).ConfigureAwait(false)
            : await ShortProcess.RunAsync("/bin/sh", ["-c", AsUser, "sh", user, postgres], cancellationToken).ConfigureAwait(false);
        return exitCode == 0 && ParseMajor(output) is { } major ? (major, "") : (null, errors);
    }

    /// <summary>Several consoles may do this at once: each makes its own copy, the first rename wins.</summary>
    [UnsupportedOSPlatform("windows")]
    private static async Task<string> CopyToReachablePlaceAsync(string directory, IReadOnlyList<string> places, CancellationToken cancellationToken)
    {
        var name = $"postgres-{await FingerprintAsync(directory, cancellationToken).ConfigureAwait(false)}";
        var faults = new List<string>();
        foreach (var parent in places)
        {
            try
            {
                System.IO.Directory.CreateDirectory(parent);
                File.SetUnixFileMode(parent, ReadableByAll);
                var target = Path.Combine(parent, name);
                if (!System.IO.Directory.Exists(target))
                {
                    var partial = $"{target}.{Guid.NewGuid():N}";
                    Copy(directory, partial);
                    MoveUnlessThere(partial, target);
                }

                return target;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                faults.Add(e.Message);
            }
        }

        throw new StartupException(
            ExitCodes.EmbeddedDatabase,
            $"The database's account cannot read {directory}, and there is no place to copy it to ({string.Join(' ', faults)}): set Storage:PostgresDirectory.");
    }

    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Which files of which sizes, and the server itself byte by byte.</summary>
    private static async Task<string> FingerprintAsync(string directory, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories);
        foreach (var file in files.OrderBy(file => file.FullName, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetRelativePath(directory, file.FullName)}\0{file.Length}\0"));
        }

        hash.AppendData(await File.ReadAllBytesAsync(Program(directory, "postgres"), cancellationToken).ConfigureAwait(false));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    [UnsupportedOSPlatform("windows")]
    private static void Copy(string from, string to)
    {
        System.IO.Directory.CreateDirectory(to);
        File.SetUnixFileMode(to, ReadableByAll);
        foreach (var directory in System.IO.Directory.EnumerateDirectories(from))
        {
            Copy(directory, Path.Combine(to, Path.GetFileName(directory)));
        }

        foreach (var file in System.IO.Directory.EnumerateFiles(from))
        {
            var copy = Path.Combine(to, Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, ReadableByAll);
        }
    }

    private static void MoveUnlessThere(string from, string to)
    {
        try
        {
            System.IO.Directory.Move(from, to);
        }
        catch (IOException) when (System.IO.Directory.Exists(to))
        {
            System.IO.Directory.Delete(from, recursive: true);
        }
    }

    /// <summary>18 of "postgres (PostgreSQL) 18.4"; null when it is no such line.</summary>
    private static int? ParseMajor(string versionLine)
    {
        const string Product = "(PostgreSQL) ";
        var at = versionLine.IndexOf(Product, StringComparison.Ordinal);
        var number = at < 0 ? "" : new string([.. versionLine.Skip(at + Product.Length).TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;
    }
}
