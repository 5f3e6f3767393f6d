using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace LogConsole.Storage.Embedded;

/// <summary>
/// Ends what a console that was killed left at work on the cluster: a server that is shutting down (Linux asks it to when the console dies),
/// one that runs on (elsewhere), or sessions whose server was killed. Ending it rather than moving in means that no forgotten
/// session holds a lock, and that the new server has today's settings and dies with today's console.
/// </summary>
internal sealed class LeftBehindPostgres(string clusterDirectory, string socketDirectory, TimeProvider time)
{
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private string PidFile => Path.Combine(clusterDirectory, "postmaster.pid");

    /// <summary>Returns when nothing runs on the cluster. Throws <see cref="StartupException"/> when something cannot be ended.</summary>
    public async Task EndAsync(Action<string> report, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(clusterDirectory))
        {
            return;
        }

        var started = time.GetTimestamp();
        while (FindProcesses() is { Count: > 0 } processes)
        {
            report("a PostgreSQL left by an earlier console is stopping");
            var waited = time.GetElapsedTime(started);
            if (waited > s_patience * 2)
            {
                throw new StartupException(
                    ExitCodes.EmbeddedDatabase, $"A PostgreSQL left by an earlier console (process {processes[0]}) does not end: stop it by hand.");
            }

            Push(processes, waited);
            await Task.Delay(s_pollInterval, time, cancellationToken).ConfigureAwait(false);
        }

        // PostgreSQL discards the files of a dead server itself, but refuses to start when the number in them is taken:
        // by another process by now, or by the dead server, of whose end its new parent has not taken note yet.
        if (ReadPidFile() is { } taken && IsTaken(taken))
        {
            File.Delete(PidFile);
        }

        foreach (var stale in Directory.Exists(socketDirectory) ? Directory.GetFiles(socketDirectory) : [])
        {
            File.Delete(stale);
        }
    }

    /// <summary>
    /// A living server is asked to stop cleanly, then to drop everything (its next start recovers). Sessions without a server cannot do harm
    /// by going at once. Whoever is deaf is killed in the end.
    /// </summary>
    private void Push(List<int> processes, TimeSpan waited)
    {
        var server = ReadPidFile() is { } pid && processes.Contains(pid) ? pid : (int?)null;
        var signal = (server, waited / s_patience) switch
        {
            (not null, < 1) => Posix.SigInt,
            (not null, < 1.5) or (null, < 0.2) => Posix.SigQuit,
            _ => Posix.SigKill,
        };

        // The server's children are its own to stop: to some of them these signals mean something else.
        foreach (var target in server is { } alone && signal != Posix.SigKill ? [alone] : processes)
        {
            if (OperatingSystem.IsWindows())
            {
                using var process = Process.GetProcessById(target);
                process.Kill();
            }
            else
            {
                Posix.Signal(target, signal);
            }
        }
    }

    /// <summary>The server the pid file names, and on Linux every PostgreSQL process whose working folder is the cluster.</summary>
    private List<int> FindProcesses()
    {
        var found = new List<int>();
        if (OperatingSystem.IsLinux())
        {
            var cluster = ResolveLinks(clusterDirectory);
            found.AddRange(Directory.EnumerateDirectories("/proc")
                .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
                .Where(pid => pid > 0 && IsPostgres(pid) && WorkingDirectory(pid) == cluster));
        }

        if (ReadPidFile() is { } named && !found.Contains(named) && IsPostgres(named) && (!OperatingSystem.IsLinux() || WorkingDirectory(named) is null))
        {
            found.Add(named);
        }

        return found;
    }

    private int? ReadPidFile()
    {
        try
        {
            var line = File.ReadLines(PidFile).FirstOrDefault();
            return int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static bool IsTaken(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsPostgres(int pid)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // 4711 (postgres) S 1 …: a Z there is a dead one whose parent has not looked yet.
                var stat = File.ReadAllText($"/proc/{pid}/stat");
                return stat.Contains(" (postgres) ", StringComparison.Ordinal) && !stat.Contains(" (postgres) Z", StringComparison.Ordinal);
            }

            using var process = Process.GetProcessById(pid);
            return process.ProcessName == "postgres";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Null when it may not be known: root without CAP_SYS_PTRACE, in a container, sees its own account's only. Then the pid file decides.</summary>
    private static string? WorkingDirectory(int pid)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The kernel reports folders with every link on the way resolved: ask it about this one too.</summary>
    [SupportedOSPlatform("linux")]
    private static string ResolveLinks(string path)
    {
        using var handle = Posix.OpenForReading(path);
        return File.ResolveLinkTarget($"/proc/self/fd/{handle.DangerousGetHandle()}", returnFinalTarget: false)?.FullName ?? path;
    }
}
