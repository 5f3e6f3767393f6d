using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using LogConsole.Storage.Embedded;
using LogConsole.Tests.TestSupport;
using Npgsql;

namespace LogConsole.Tests.Storage;

/// <summary>The console on somebody else's PostgreSQL: here an embedded one that this test starts and reaches by its socket.</summary>
public sealed class ExternalDatabaseTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly EmbeddedPostgres _server;

    public ExternalDatabaseTests()
    {
        Directory.CreateDirectory(ServerDirectory);
        _server = new EmbeddedPostgres(
            new EmbeddedPostgresSettings(ServerDirectory, null, "nobody", 32) { Overrides = new Dictionary<string, string> { ["fsync"] = "off" } }, TimeProvider.System);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string ServerDirectory => _directory.Combine("server");

    private string Data => _directory.Combine("data");

    public async ValueTask InitializeAsync() => await _server.StartAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Serve_ServerUnreachable_WaitsVisiblyAndOpensWhenItComes()
    {
        await _server.StopAsync(TimeSpan.FromSeconds(10));
        await using var console = ConsoleProcess.Start(Data, Settings());
        await console.WaitUntilListeningAsync();
        await console.WaitUntilAsync(() => Task.FromResult(console.Output.Contains("Waiting for the database at", StringComparison.Ordinal)), "waiting");

        using var page = await GetAsync(console, "/", "text/html");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.NotNull(page.Headers.RetryAfter);
        var html = await page.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("http-equiv=\"refresh\"", html, StringComparison.Ordinal);
        Assert.Contains("Waiting for the database at", html, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, html, StringComparison.Ordinal);

        using var api = await GetAsync(console, "/api/logs", "application/json");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, api.StatusCode);
        Assert.Equal("application/problem+json", api.Content.Headers.ContentType!.MediaType);
        var problem = await api.Content.ReadFromJsonAsync<Dictionary<string, object>>(Cancellation);
        Assert.Contains("waiting for the database at", problem!["detail"].ToString(), StringComparison.Ordinal);
        Assert.EndsWith("postgres.socket:5432: it cannot be reached", problem["detail"].ToString(), StringComparison.Ordinal);
        Assert.Equal("database_away", problem["reason"].ToString());
        Assert.Equal(["detail", "reason", "status", "title", "traceId", "type"], problem.Keys.Order(StringComparer.Ordinal));

        Assert.Equal(HttpStatusCode.OK, await console.StatusOfAsync("/alive"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await console.StatusOfAsync("/ready"));

        await _server.StartAsync(Cancellation);
        await console.WaitUntilReadyAsync();
        Assert.False(Directory.Exists(Path.Combine(Data, "postgres")));
        Assert.DoesNotContain("   at ", console.Output + console.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WrongPassword_ExitsFourWithoutSayingIt()
    {
        await using var console = ConsoleProcess.Start(Data, Settings(connection => connection.Password = "hunter2"));
        Assert.Equal(ExitCodes.DatabaseRefused, await console.WaitForExitAsync());
        Assert.Contains("refuses the user logconsole", console.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", console.Errors + console.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", console.Errors + console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_UnknownDatabase_ExitsFour()
    {
        await using var console = ConsoleProcess.Start(Data, Settings(connection => connection.Database = "nowhere"));
        Assert.Equal(ExitCodes.DatabaseRefused, await console.WaitForExitAsync());
        Assert.Contains("has no database nowhere", console.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UsersList_DatabaseOfSomebodyElse_ExitsFourAndMakesNoTables()
    {
        await using var command = ConsoleProcess.Start(Data, Settings(), "users", "list");
        Assert.Equal(ExitCodes.DatabaseRefused, await command.WaitForExitAsync());
        Assert.StartsWith("There is no console's data in the database postgres at ", command.Errors, StringComparison.Ordinal);
        await using var database = NpgsqlDataSource.Create(_server.ConnectionString);
        await using var tables = database.CreateCommand("select count(*) from pg_tables where schemaname = 'public'");
        Assert.Equal(0L, await tables.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Serve_UserMayNotCreateTables_ExitsFour()
    {
        await PostgresFixture.ExecuteAsync(_server.ConnectionString, "create role reader login password 'reader'");
        await using var console = ConsoleProcess.Start(Data, Settings(connection => (connection.Username, connection.Password) = ("reader", "reader")));
        Assert.Equal(ExitCodes.DatabaseRefused, await console.WaitForExitAsync());
        Assert.Contains("does not let the user reader", console.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_NoConnectionString_ExitsTwo()
    {
        await using var console = ConsoleProcess.Start(Data, new Dictionary<string, string> { ["ConnectionStrings:LogConsole"] = "postgres://user@host" });
        Assert.Equal(ExitCodes.Configuration, await console.WaitForExitAsync());
        Assert.Contains("ConnectionStrings:LogConsole", console.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_TwoConsolesOnOneDatabase_BothBecomeReady()
    {
        await using var first = ConsoleProcess.Start(Data, Settings());
        await using var second = ConsoleProcess.Start(_directory.Combine("second"), Settings());
        await first.WaitUntilReadyAsync();
        await second.WaitUntilReadyAsync();
    }

    [Fact]
    public async Task Serve_ServerGoesAndComes_IsReadyAgain()
    {
        await using var console = await ConsoleProcess.StartReadyAsync(Data, Settings());
        await _server.StopAsync(TimeSpan.FromSeconds(10));
        await console.WaitUntilAsync(async () => await console.StatusOfAsync("/ready") == HttpStatusCode.ServiceUnavailable, "away");
        await _server.StartAsync(Cancellation);
        await console.WaitUntilReadyAsync();
    }

    private string Password => new NpgsqlConnectionStringBuilder(_server.ConnectionString).Password!;

    private Dictionary<string, string> Settings(Action<NpgsqlConnectionStringBuilder>? change = null)
    {
        var connection = new NpgsqlConnectionStringBuilder(_server.ConnectionString)
        {
            Host = Path.Combine(ServerDirectory, "postgres.socket"),
            Pooling = true,
        };
        change?.Invoke(connection);
        return new Dictionary<string, string> { ["ConnectionStrings:LogConsole"] = connection.ConnectionString };
    }

    private static async Task<HttpResponseMessage> GetAsync(ConsoleProcess console, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        return await console.Http.SendAsync(request, Cancellation);
    }
}
