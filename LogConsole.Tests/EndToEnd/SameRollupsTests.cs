using System.Globalization;
using System.Net;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.EndToEnd;

/// <summary>Windows go by event time: the same lines give the same rollups, however fast and in whatever portions they arrive.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SameRollupsTests : IDisposable
{
    private const int Lines = 600;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task SameFile_ReplayedSlowlyAndFast_AndSentInOneRequest_GivesTheSameRollups()
    {
        var file = _directory.Combine("shop.ndjson");
        await File.WriteAllTextAsync(file, Body(), TestContext.Current.CancellationToken);

        var slow = await RollupsAsync("slow", console => ReplayAsync(console, file, "--rate", "250"));
        var fast = await RollupsAsync("fast", console => ReplayAsync(console, file));
        var whole = await RollupsAsync("whole", async console => Assert.Equal(HttpStatusCode.OK, (await console.IngestAsync(Body())).Status));

        Assert.InRange(slow.Count, 50, Lines);
        Assert.Equal(slow, fast);
        Assert.Equal(slow, whole);
    }

    // Three minutes long past, out of order within half a minute, three services, all severities, some exactly on a window's border.
    private static string Body()
    {
        var random = new Random(7);
        var start = new DateTimeOffset(2026, 3, 14, 10, 0, 0, TimeSpan.FromHours(2));
        string[] levels = ["trace", "debug", "info", "warn", "error", "fatal"];
        string[] services = ["shop", "payments", "search"];
        return string.Concat(Enumerable.Range(0, Lines).Select(n =>
        {
            var at = n % 10 == 0 ? start.AddSeconds(n / 33 * 10) : start.AddMilliseconds((n * 300) - random.Next(30_000));
            var message = random.Next(3) switch
            {
                0 => $"request {random.Next(99_999)} took {random.Next(900)} ms",
                1 => $"user {random.Next(99)} signed in from 10.0.0.{random.Next(255)}",
                _ => "cache is cold",
            };
            return string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"@timestamp":"{{at:O}}","level":"{{levels[random.Next(levels.Length)]}}","service":"{{services[random.Next(services.Length)]}}","message":"{{message}}"}""") + "\n";
        }));
    }

    private async Task<IReadOnlyList<string>> RollupsAsync(string name, Func<ConsoleProcess, Task> send)
    {
        await using var console = await ConsoleProcess.StartReadyAsync(_directory.Combine(name));
        await send(console);
        await using var database = await console.OpenDatabaseAsync();
        Assert.Equal(StoredFigures.Of(Lines), await StoredFigures.ReadAsync(database));
        return await StoredFigures.RowsAsync(
            database,
            """
            select to_char(window_start, 'HH24:MI:SS') as start, width_s, s.name, 'severity ' || severity as what, sum(count)
            from rollup_severity r join services s on s.id = r.service_id group by 1, 2, 3, 4
            union all
            select to_char(window_start, 'HH24:MI:SS'), width_s, s.name, t.text, sum(r.count)
            from rollup_template r join templates t on t.id = r.template_id join services s on s.id = t.service_id group by 1, 2, 3, 4
            order by 1, 2, 3, 4
            """);
    }

    private async Task ReplayAsync(ConsoleProcess console, string file, params string[] options)
    {
        await using var replay = ConsoleProcess.Start(_directory.Combine("none"), null, ["replay", file, "--to", console.Address.ToString(), .. options]);
        Assert.True(await replay.WaitForExitAsync() == ExitCodes.Success, replay.Errors + replay.Output);
        Assert.Contains($"{Lines} accepted, 0 duplicates, 0 rejected", replay.Output, StringComparison.Ordinal);
    }
}
