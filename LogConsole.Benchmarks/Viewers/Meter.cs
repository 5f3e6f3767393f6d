using System.Diagnostics;
using Npgsql;

namespace LogConsole.Benchmarks.Viewers;

/// <summary>Measures what happens in a stretch of time: processor time of each party, records, transactions, what viewers got.</summary>
internal sealed class Meter(ConsoleUnderTest console, NpgsqlConnection database, int postmaster, Wire wire)
{
    private const string Transactions = "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()";

    /// <summary>A meter of this console.</summary>
    public static async Task<Meter> OfAsync(ConsoleUnderTest console, NpgsqlConnection database, Wire wire) =>
        new(console, database, ProcessorTime.ParentOf(await ConsoleUnderTest.ScalarAsync<int>(database, "select pg_backend_pid()")), wire);

    /// <summary>Measures while the work runs.</summary>
    /// <param name="audience">Who watches; null when nobody does.</param>
    public async Task<Window> MeasureAsync(Audience? audience, Func<CancellationToken, Task> work, TimeSpan length)
    {
        var before = await ReadAsync(audience);
        using (var over = new CancellationTokenSource(length, TimeProvider.System))
        {
            await work(over.Token);
        }

        var after = await ReadAsync(audience);
        return new Window(
            Stopwatch.GetElapsedTime(before.At, after.At).TotalSeconds, after.Time - before.Time, after.Stored - before.Stored, after.Allocated - before.Allocated,
            after.Transactions - before.Transactions, [.. after.Counts.Zip(before.Counts, static (a, b) => a - b)], after.Received - before.Received, audience?.Probing ?? 0);
    }

    /// <summary>Records stored so far, and the working set now.</summary>
    public async Task<(double Stored, double WorkingSet)> FiguresAsync()
    {
        var figures = await console.FiguresAsync();
        return (figures["records_stored_total"] ?? 0, figures["process_working_set_bytes"] ?? 0);
    }

    private async Task<Reading> ReadAsync(Audience? audience)
    {
        var figures = await console.FiguresAsync();
        var transactions = await ConsoleUnderTest.ScalarAsync<long>(database, Transactions);
        return new Reading(
            Stopwatch.GetTimestamp(), ProcessorTime.Now(console.ProcessId, postmaster), figures["records_stored_total"] ?? 0,
            figures["process_allocated_bytes_total"] ?? 0, transactions, audience?.Counts ?? [], wire.Received);
    }

    private sealed record Reading(
        long At, ProcessorTime Time, double Stored, double Allocated, long Transactions, IReadOnlyList<ViewerCounts> Counts, long Received);
}

/// <summary>What happened in a stretch of time.</summary>
/// <param name="Counts">What each viewer was sent.</param>
/// <param name="Received">Bytes that came to all viewers and <paramref name="Probing"/> watchers of the probes, packed.</param>
internal sealed record Window(
    double Seconds, ProcessorTime Time, double Records, double Allocated, long Transactions, IReadOnlyList<ViewerCounts> Counts, long Received, int Probing)
{
    /// <summary>Processor time of console and PostgreSQL, percent of one core.</summary>
    public double ServerPercent => 100 * (Time.Console + Time.Postgres).TotalSeconds / Seconds;

    /// <summary>Processor time of the console alone, percent of one core.</summary>
    public double ConsolePercent => 100 * Time.Console.TotalSeconds / Seconds;

    /// <summary>Processor time of console and PostgreSQL for one record, microseconds.</summary>
    public double ServerMicrosecondsPerRecord => 1e6 * (Time.Console + Time.Postgres).TotalSeconds / Records;

    public double RecordsPerSecond => Records / Seconds;

    public double TransactionsPerSecond => Transactions / Seconds;

    /// <summary>For the result.</summary>
    public object ToReport() => new
    {
        seconds = Math.Round(Seconds, 1),
        consolePercentOfCore = Math.Round(ConsolePercent, 1),
        postgresPercentOfCore = Math.Round(100 * Time.Postgres.TotalSeconds / Seconds, 1),
        clientPercentOfCore = Math.Round(100 * Time.Client.TotalSeconds / Seconds, 1),
        recordsPerSecond = Math.Round(RecordsPerSecond),
        serverMicrosecondsPerRecord = Records == 0 ? (double?)null : Math.Round(ServerMicrosecondsPerRecord, 2),
        allocatedKiBPerSecond = Math.Round(Allocated / Seconds / 1024),
        transactionsPerSecond = Math.Round(TransactionsPerSecond, 1),
        perViewerAndSecond = Counts.Count == 0 ? null : PerViewer(Counts.Aggregate(static (a, b) => a + b), Seconds * Counts.Count),
    };

    private object PerViewer(ViewerCounts all, double viewerSeconds) => new
    {
        chartFrames = Math.Round(all.ChartFrames / viewerSeconds, 2),
        lineFrames = Math.Round(all.LineFrames / viewerSeconds, 2),
        calls = Math.Round(all.Calls / viewerSeconds, 2),
        renders = Math.Round(all.Renders / viewerSeconds, 2),
        bytes = Math.Round(all.Bytes / viewerSeconds),
        bytesOnTheWire = Math.Round(Received / viewerSeconds * Counts.Count / (Counts.Count + Probing)),
    };
}
