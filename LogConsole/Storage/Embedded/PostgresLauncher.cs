using System.Collections.Concurrent;
using System.Diagnostics;

namespace LogConsole.Storage.Embedded;

/// <summary>
/// Starts PostgreSQL's programs. On Linux they see the cluster as <see cref="Cluster"/> and the socket's folder as <see cref="Sockets"/>:
/// descriptors opened with the console's rights, so that neither the parents of the data directory need to be traversable
/// for the database's account nor the length of its path matters (a socket's path ends at 107 bytes). Thread-safe.
/// </summary>
internal sealed class PostgresLauncher : IDisposable
{
    /// <summary>The first folder given to <see cref="StartAsync"/>, as the started program sees it on Linux.</summary>
    public const string Cluster = "/proc/self/fd/7";

    /// <summary>The second one.</summary>
    public const string Sockets = "/proc/self/fd/8";

    // PostgreSQL refuses root, hence another account. It gets SIGINT (a fast, clean stop) when the console is gone, however it went,
    // and a session of its own, so that Ctrl-C in the terminal reaches the console alone.
    private const string Script = """
        exec 7<"$1" 8<"$2" </dev/null >>"$3" 2>&1 || exit 1
        user=$4; shift 4
        if [ -n "$user" ]; then
          uid=$(id -u "$user") && gid=$(id -g "$user") || exit 1
          exec setsid setpriv --reuid="$uid" --regid="$gid" --clear-groups --pdeathsig=INT -- "$@"
        fi
        if command -v setpriv >/dev/null; then exec setsid setpriv --pdeathsig=INT -- "$@"; fi
        if command -v setsid >/dev/null; then exec setsid "$@"; fi
        exec "$@"
        """;

    private static readonly string[] s_keptVariables = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot"];

    private readonly BlockingCollection<Action> _starts = [];

    public PostgresLauncher()
    {
        // The death signal is tied to the thread that forked, not to the process: this one lives as long as the launcher.
        new Thread(() =>
        {
            foreach (var start in _starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        { IsBackground = true, Name = "PostgreSQL launcher" }.Start();
    }

    /// <summary>Starts a program; its output is appended to <paramref name="log"/> (not on Windows). Disposing the launcher ends it (Linux).</summary>
    /// <param name="user">The account to run as; null to stay what the console is.</param>
    public Task<Process> StartAsync(string cluster, string sockets, string log, string? user, string program, IEnumerable<string> arguments)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(program, arguments) { CreateNoWindow = true }
            : new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", cluster, sockets, log, user ?? "", program, .. arguments]);
        start.WorkingDirectory = OperatingSystem.IsWindows() ? Path.GetTempPath() : "/";
        KeepSecretsAway(start);

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    /// <summary>The console's environment holds keys and passwords, and every process of an account can read its siblings'.</summary>
    public static void KeepSecretsAway(ProcessStartInfo start)
    {
        var kept = s_keptVariables.Where(start.Environment.ContainsKey).ToDictionary(name => name, name => start.Environment[name]);
        start.Environment.Clear();
        foreach (var (name, value) in kept)
        {
            start.Environment[name] = value;
        }
    }

    public void Dispose() => _starts.CompleteAdding();
}
