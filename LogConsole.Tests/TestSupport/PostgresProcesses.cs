using System.Globalization;
using LogConsole.Storage.Embedded;

namespace LogConsole.Tests.TestSupport;

/// <summary>
/// The processes of a console's embedded PostgreSQL, by /proc. Only a child of that very console counts as its postmaster:
/// a pid file may be left over, and its number belong to somebody else by now.
/// </summary>
internal static class PostgresProcesses
{
    /// <summary>The postmaster; null while there is none.</summary>
    public static int? PostmasterOf(ConsoleProcess console) =>
        console.PostmasterId is { } pid && ParentOf(pid) == console.Id ? pid : null;

    /// <summary>Sessions and helpers: the postmaster's children. Empty while it is down.</summary>
    public static IReadOnlyList<int> BackendsOf(ConsoleProcess console) =>
        PostmasterOf(console) is { } postmaster ? [.. AllProcesses().Where(pid => ParentOf(pid) == postmaster)] : [];

    /// <summary>Sends a signal to the postmaster and then to its children, as they were before; returns how many were there.</summary>
    public static int SignalAll(ConsoleProcess console, int signal)
    {
        if (PostmasterOf(console) is not { } postmaster)
        {
            return 0;
        }

        int[] all = [postmaster, .. BackendsOf(console)];
        return all.Count(pid => Posix.Signal(pid, signal));
    }

    private static IEnumerable<int> AllProcesses() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid != 0);

    // "4711 (postgres) S 4700 …": the name may hold blanks and brackets, so the fields count from the last bracket.
    private static int? ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // gone meanwhile
        }
    }
}
