using System.Net;
using LogConsole.Storage.Embedded;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.EndToEnd;

/// <summary>PostgreSQL that is gone, and PostgreSQL that hangs: senders are told to wait in time, pages go on answering, and it mends by itself.</summary>
[Collection(ProcessCollection.Name)]
public sealed class DatabaseAwayTests : IAsyncLifetime
{
    private const int SigCont = 18;
    private const int SigStop = 19;

    private static readonly Dictionary<string, string> s_settings = new() { ["Http:AcknowledgeTimeout"] = "00:00:01" };

    /// <summary>Far above the second that is configured, far below the half minute a database command may take.</summary>
    private static readonly TimeSpan s_inTime = TimeSpan.FromSeconds(15);

    private readonly TemporaryDirectory _directory = new();
    private ConsoleProcess _console = null!;

    private string Data => _directory.Combine("data");

    public async ValueTask InitializeAsync()
    {
        _console = await ConsoleProcess.StartReadyAsync(Data, s_settings);
        Assert.Equal(HttpStatusCode.OK, (await _console.IngestAsync(ConsoleRequests.Lines(1, "before"), key: "before")).Status);
    }

    public async ValueTask DisposeAsync()
    {
        PostgresProcesses.SignalAll(_console, SigCont);
        await _console.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task DatabaseHangs_SendersAreToldInTime_PagesAnswer_AndItRecovers()
    {
        PostgresProcesses.SignalAll(_console, SigStop);

        await AssertToldToWaitAsync("key");
        await AssertToldToWaitAsync(null);
        await AssertPagesAnswerAsync();
        await _console.WaitUntilAsync(async () => await _console.StatusOfAsync("/ready") == HttpStatusCode.ServiceUnavailable, "seeing that PostgreSQL hangs");
        await AssertToldToWaitAsync("key");
        await AssertPagesAnswerAsync();

        PostgresProcesses.SignalAll(_console, SigCont);
        await AssertRecoversAsync();
    }

    [Fact]
    public async Task DatabaseGone_SendersAreToldAtOnce_PagesAnswer_AndItRecovers()
    {
        var hidden = _directory.Combine("hidden");
        File.Move(Path.Combine(Data, "postgres.password"), hidden); // so that it stays away
        Assert.InRange(PostgresProcesses.SignalAll(_console, Posix.SigKill), 2, int.MaxValue);
        await _console.WaitUntilAsync(async () => await _console.StatusOfAsync("/ready") == HttpStatusCode.ServiceUnavailable, "away");

        await AssertToldToWaitAsync("key");
        await AssertToldToWaitAsync(null);
        await AssertPagesAnswerAsync();

        File.Move(hidden, Path.Combine(Data, "postgres.password"));
        await AssertRecoversAsync();
    }

    private async Task AssertToldToWaitAsync(string? key)
    {
        var answer = await _console.IngestAsync(Body(key), key).WaitAsync(s_inTime);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.NotNull(answer.RetryAfter);
    }

    private async Task AssertPagesAnswerAsync()
    {
        foreach (var path in new[] { "/alive", "/", "/css/app.css", "/api/pipeline/stats" })
        {
            Assert.Equal(HttpStatusCode.OK, (await _console.GetAsync(path).WaitAsync(s_inTime)).Status);
        }
    }

    // What was put off may have been stored meanwhile or not: with a key its repeat makes it once, without one it may come twice.
    private async Task AssertRecoversAsync()
    {
        foreach (var key in new[] { "key", null })
        {
            await _console.WaitUntilAsync(async () => (await _console.IngestAsync(Body(key), key)).Status == HttpStatusCode.OK, "taking records again");
        }

        await _console.WaitUntilReadyAsync();
        await using var database = await _console.OpenDatabaseAsync();
        var figures = await StoredFigures.ReadAsync(database);
        Assert.Equal(StoredFigures.Of(figures.Rows), figures);
        Assert.Equal(["1|1", "2|2"], await StoredFigures.RowsAsync(
            database, "select count(*), count(distinct body) from logs where body like 'before%' or body like 'keyed%' group by body like 'keyed%' order by 1"));
    }

    private static string Body(string? key) => ConsoleRequests.Lines(2, key is null ? "keyless" : "keyed");
}
