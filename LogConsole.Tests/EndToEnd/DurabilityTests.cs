using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using LogConsole.Storage.Embedded;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.EndToEnd;

/// <summary>What a 200 is worth, over the real door of a real console: after a restart, after kill -9 of everything, and when it is told to stop under load.</summary>
[Collection(ProcessCollection.Name)]
public sealed partial class DurabilityTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private ConsoleProcess _console = null!;

    public async ValueTask InitializeAsync() => _console = await ConsoleProcess.StartReadyAsync(_directory.Combine("data"));

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Restart_KnownRequestsAreRecognised()
    {
        var timed = ConsoleRequests.Lines(3, "with a time", TimeProvider.System.GetUtcNow());
        var untimed = ConsoleRequests.Lines(5, "without a time");
        Assert.Equal((2, 0), CountsOf(await _console.IngestAsync(ConsoleRequests.Lines(2, "keyed"), key: "k")));
        Assert.Equal((3, 0), CountsOf(await _console.IngestAsync(timed)));
        Assert.Equal((5, 0), CountsOf(await _console.IngestAsync(untimed)));

        Assert.Equal(ExitCodes.Success, await _console.StopAsync());
        await StartAgainAsync();

        Assert.Equal((0, 2), CountsOf(await _console.IngestAsync(ConsoleRequests.Lines(2, "keyed"), key: "k")));
        var reused = await _console.IngestAsync(ConsoleRequests.Lines(2, "another body"), key: "k");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "application/problem+json"), (reused.Status, reused.MediaType));
        Assert.Equal("key_reused", reused.Json.GetProperty("reason").GetString());
        Assert.Equal((0, 3), CountsOf(await _console.IngestAsync(timed)));
        Assert.Equal((5, 0), CountsOf(await _console.IngestAsync(untimed)));
        await using var database = await _console.OpenDatabaseAsync();
        Assert.Equal(StoredFigures.Of(2 + 3 + 5 + 5), await StoredFigures.ReadAsync(database));
    }

    [Fact]
    public async Task Acknowledged_ThenEverythingKilledAtOnce_IsStored()
    {
        var sent = 0;
        for (var round = 0; round < 3; round++)
        {
            var count = 1 + (round * 500);
            Assert.Equal((count, 0), CountsOf(await _console.IngestAsync(ConsoleRequests.Lines(count, $"round {round}"))));

            // PostgreSQL first and whole: nothing of it may live on to write what it had only promised.
            Assert.InRange(PostgresProcesses.SignalAll(_console, Posix.SigKill), 2, int.MaxValue);
            await _console.KillAsync();
            await StartAgainAsync();

            sent += count;
            await using var database = await _console.OpenDatabaseAsync();
            Assert.Equal(StoredFigures.Of(sent), await StoredFigures.ReadAsync(database));
        }
    }

    [Fact]
    public async Task ToldToStopUnderLoad_DrainsAndStoresRequestsWholeOrNotAtAll()
    {
        const int senders = 8;
        const int records = 400;
        var acknowledged = new List<string>();
        var sending = Enumerable.Range(0, senders).Select(sender => Task.Run(async () =>
        {
            for (var n = 0; await TryIngestAsync($"request {sender}-{n}", records); n++)
            {
                lock (acknowledged)
                {
                    acknowledged.Add($"request {sender}-{n}");
                }
            }
        })).ToList();
        await _console.WaitUntilAsync(() => Task.FromResult(Count(acknowledged) > 3 * senders), "taking records");

        Assert.Equal(ExitCodes.Success, await _console.StopAsync());
        await Task.WhenAll(sending);

        Assert.Null(_console.PostmasterId);
        Assert.DoesNotContain("Exception", _console.Errors + _console.Output, StringComparison.Ordinal);
        Assert.Contains("Stopping: no more deliveries are taken", _console.Output, StringComparison.Ordinal);
        var told = StoppedLine().Match(_console.Output);
        Assert.True(told.Success, _console.Output);

        await StartAgainAsync();
        await using var database = await _console.OpenDatabaseAsync();
        var stored = await StoredFigures.RowsAsync(database, "select substring(body from '^request [0-9]+-[0-9]+'), count(*), count(distinct body) from logs group by 1");
        Assert.All(stored, request => Assert.EndsWith($"|{records}|{records}", request, StringComparison.Ordinal));
        Assert.Empty(acknowledged.Except(stored.Select(request => request.Split('|')[0])));
        Assert.Equal(stored.Count * records, int.Parse(told.Groups["stored"].Value, CultureInfo.InvariantCulture));
        Assert.Equal(StoredFigures.Of(stored.Count * records), await StoredFigures.ReadAsync(database));
    }

    private async Task StartAgainAsync()
    {
        await using var ended = _console;
        _console = ended.StartAgain();
        await _console.WaitUntilReadyAsync();
    }

    // A sender that gives up: false when the console did not take it, for whatever reason it says that it is stopping.
    private async Task<bool> TryIngestAsync(string name, int records)
    {
        try
        {
            var answer = await _console.IngestAsync(ConsoleRequests.Lines(records, name), key: name);
            Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{answer.Status}: {answer.Text}");
            return answer.Status == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private static int Count(List<string> list)
    {
        lock (list)
        {
            return list.Count;
        }
    }

    private static (int Accepted, int Duplicates) CountsOf(ConsoleAnswer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status}: {answer.Text}");
        return (answer.Json.GetProperty("accepted").GetInt32(), answer.Json.GetProperty("duplicates").GetInt32());
    }

    [GeneratedRegex(@"Pipeline stopped: (?<stored>\d+) records stored since start, \d+ left unwritten and unacknowledged", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StoppedLine();
}
