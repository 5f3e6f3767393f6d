using System.Globalization;
using System.Text.Json;
using LogConsole.Storage.Embedded;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.EndToEnd;

/// <summary>
/// kill -9 of the console, of PostgreSQL, of one of its processes and of everything at once, at random moments under load:
/// what was acknowledged is stored, and stored once. <c>LOGCONSOLE_SOAK=1</c> kills ten times as often, <c>LOGCONSOLE_SEED</c> repeats a run.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class KillTests : IAsyncLifetime
{
    private const int Senders = 6;

    private static readonly Victim[] s_victims = Enum.GetValues<Victim>();

    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _history = [];
    private ConsoleProcess _console = null!;

    private enum Victim
    {
        Console,
        Postmaster,
        Backend,
        ConsoleAndPostmaster,
    }

    private string Data => _directory.Combine("data");

    public async ValueTask InitializeAsync() => _console = await ConsoleProcess.StartReadyAsync(Data);

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task KilledAtRandomMoments_EveryRecordIsStoredOnce()
    {
        var isSoak = Soak.IsOn;
        var seed = int.TryParse(Environment.GetEnvironmentVariable("LOGCONSOLE_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : isSoak ? Random.Shared.Next() : 2026;
        _history.Add($"seed {seed}");
        var random = new Random(seed);
        await using var load = new IngestLoad(_console.Address, Senders, seed);
        for (var kills = 0; kills < (isSoak ? 200 : 20); kills += s_victims.Length)
        {
            random.Shuffle(s_victims);
            foreach (var victim in s_victims)
            {
                // Now and then nobody waits until work goes on: whoever is just getting up is struck again.
                if (random.Next(5) != 0)
                {
                    var goal = load.AcknowledgedRequests + random.Next(1, 4 * Senders);
                    await _console.WaitUntilAsync(() => Task.FromResult(load.AcknowledgedRequests >= goal), $"taking records ({History})");
                }

                await KillAsync(victim, random);
            }
        }

        await load.FinishAsync();
        _history.Add($"{load.AcknowledgedRequests} requests, {load.Repeats} repeats, {load.Records.Sum()} records");
        await AssertStoredOnceAsync(load);
    }

    private string History => string.Join(", ", _history);

    private async Task KillAsync(Victim victim, Random random)
    {
        _history.Add(victim.ToString());
        if (victim is Victim.Backend)
        {
            await _console.WaitUntilAsync(
                () => Task.FromResult(PostgresProcesses.BackendsOf(_console) is { Count: > 0 } all && Posix.Signal(all[random.Next(all.Count)], Posix.SigKill)),
                "running PostgreSQL's processes");
        }

        if (victim is Victim.Postmaster or Victim.ConsoleAndPostmaster)
        {
            await _console.WaitUntilAsync(
                () => Task.FromResult(PostgresProcesses.PostmasterOf(_console) is { } postmaster && Posix.Signal(postmaster, Posix.SigKill)),
                "running PostgreSQL");
        }

        if (victim is Victim.Console or Victim.ConsoleAndPostmaster)
        {
            await using var killed = _console;
            await killed.KillAsync();
            _console = killed.StartAgain();
            await _console.WaitUntilListeningAsync();
        }
    }

    private async Task AssertStoredOnceAsync(IngestLoad load)
    {
        await _console.WaitUntilReadyAsync();
        using (var flushed = await _console.Http.PostAsync(new Uri("/api/pipeline/flush", UriKind.Relative), null, TestContext.Current.CancellationToken))
        {
            Assert.True(flushed.IsSuccessStatusCode, History);
        }

        using var stats = JsonDocument.Parse(await _console.Http.GetStringAsync(new Uri("/api/pipeline/stats", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.Equal("running", stats.RootElement.GetProperty("state").GetString());
        Assert.Equal(0, stats.RootElement.GetProperty("queuedRecords").GetInt64());
        Assert.Equal(0, stats.RootElement.GetProperty("queuedBytes").GetInt64());
        Assert.Equal(0, stats.RootElement.GetProperty("deadLettered").GetInt64());
        Assert.InRange(stats.RootElement.GetProperty("stored").GetInt64(), 0, load.Records.Sum());

        await using var database = await _console.OpenDatabaseAsync();
        var bySender = await StoredFigures.RowsAsync(
            database,
            """
            select sender, count(*), count(distinct number), min(number), max(number), bool_and(starts_with(body, sender || '-' || number || ' '))
            from (select body, split_part(attributes->>'id', '-', 1)::int sender, split_part(attributes->>'id', '-', 2)::int number from logs) records
            group by 1 order by 1
            """);
        Assert.True(load.Repeats > 0, $"No request was cut off: {History}");
        Assert.Equal(load.Records.Select((count, sender) => $"{sender}|{count}|{count}|0|{count - 1}|True"), bySender);
        Assert.Equal(StoredFigures.Of(load.Records.Sum()), await StoredFigures.ReadAsync(database));
        Assert.Equal(["0"], await StoredFigures.RowsAsync(database, SearchBlockInvariant.SegmentsNotCoveredSql));
        Assert.Empty(await StoredFigures.RowsAsync(database, "select service_id, text, count(*) from templates group by 1, 2 having count(*) > 1"));
        TestContext.Current.SendDiagnosticMessage(History);
    }
}
