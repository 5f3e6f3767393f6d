namespace LogConsole.Benchmarks.Viewers;

/// <summary>Processor time so far, from <c>/proc</c> (Linux only).</summary>
/// <param name="Console">The console's process.</param>
/// <param name="Postgres">All processes of its PostgreSQL, those that have ended included.</param>
/// <param name="Client">This process: viewers and senders.</param>
internal readonly record struct ProcessorTime(TimeSpan Console, TimeSpan Postgres, TimeSpan Client)
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on all Linux machines

    public static ProcessorTime operator -(ProcessorTime a, ProcessorTime b) => new(a.Console - b.Console, a.Postgres - b.Postgres, a.Client - b.Client);

    /// <summary>Reads it.</summary>
    /// <param name="postmaster">PostgreSQL's first process.</param>
    public static ProcessorTime Now(int console, int postmaster)
    {
        // A process that ends is added to its parent's ended children.
        var postgres = StatOf(postmaster) is { } first ? first.Own + first.Ended : 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && StatOf(id) is { } stat && stat.Parent == postmaster)
            {
                postgres += stat.Own;
            }
        }

        return new ProcessorTime(Time(StatOf(console)!.Value.Own), Time(postgres), Environment.CpuUsage.TotalTime);
    }

    /// <summary>The parent of a process.</summary>
    public static int ParentOf(int process) => StatOf(process)!.Value.Parent;

    private static TimeSpan Time(long ticks) => TimeSpan.FromSeconds(ticks / TicksPerSecond);

    // proc_pid_stat(5): "1234 (postgres: writer) S 1200 …"; the name may hold anything.
    private static (int Parent, long Own, long Ended)? StatOf(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[1]), long.Parse(fields[11]) + long.Parse(fields[12]), long.Parse(fields[13]) + long.Parse(fields[14]));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }
}
