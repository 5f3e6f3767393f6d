using System.Net;
using LogConsole.Access;
using LogConsole.Access.Auditing;
using LogConsole.Tests.TestSupport;
using Npgsql;

namespace LogConsole.Tests.Access;

public sealed class AuditTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_OfAdministration_AreWrittenDown_AllowedAndRefusedAlike()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        await host.AddUserAsync("root", AccessRole.Admin);
        await host.AddUserAsync("ann", AccessRole.Engineer);
        foreach (var (name, expected) in new[] { ("root", HttpStatusCode.OK), ("ann", HttpStatusCode.Forbidden) })
        {
            using var answer = await (await host.SignedInAsync(name)).PostAsync(new Uri("/admin/<b>reset", UriKind.Relative), null, Cancellation);
            Assert.Equal(expected, answer.StatusCode);
        }

        using var anonymous = await host.Client.PostAsync(new Uri("/admin/reset", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        var log = new AuditLog(database.Database, TimeProvider.System);
        Assert.Equal(
            [("ann", "request.denied", "POST /admin/%3Cb%3Ereset", "answered 403", "127.0.0.1"), ("root", "request", "POST /admin/%3Cb%3Ereset", "answered 200", "127.0.0.1")],
            (await log.ListAsync(new AuditFilter(Text: "/admin/"), 10, Cancellation)).Select(e => (e.Actor, e.Action, e.Target!, e.Details!, e.Address!)));
    }

    [Fact]
    public async Task Everything_ThatWasDone_IsThere_AndNoSecret()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        var token = await host.Users.MakeFirstAdminLinkAsync(Cancellation);
        var root = (await host.Users.RedeemAsync(token!, "root", AccessHost.Password, "::1", Cancellation)).Value!;
        var actor = new AuditActor("root", "::1");
        var invitation = (await host.Users.AddAsync(actor, "ann", AccessRole.Viewer, Cancellation)).Value!;
        await host.Users.SetPreferencesAsync(actor, root.Id, "Europe/Berlin", "light", Cancellation);
        await AccessHost.SignInAsync(host.Browser(), "root", "not the password");
        await AccessHost.SignInAsync(host.Browser(), "my-Password-in-the-wrong-field", "x");
        await host.SignedInAsync("root");

        await using var command = database.Source.CreateCommand("select coalesce(string_agg(a::text, E'\\n' order by id), '') from audit_events a");
        var audit = (string)(await command.ExecuteScalarAsync(Cancellation))!;
        Assert.Equal(
            ["user.added", "user.added", "user.preferences", "sign-in.failed", "sign-in.failed", "sign-in"],
            (await new AuditLog(database.Database, TimeProvider.System).ListAsync(new AuditFilter(), 100, Cancellation)).Reverse().Select(entry => entry.Action));
        Assert.All([token!, invitation, AccessHost.Password, "not the password", "my-Password", "my-password"], secret => Assert.DoesNotContain(secret, audit, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("update audit_events set actor = 'nobody'")]
    [InlineData("delete from audit_events")]
    [InlineData("truncate audit_events")]
    public async Task Table_IsAppendOnly(string sql)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await new AuditLog(database.Database, TimeProvider.System).WriteAsync(new AuditEntry(new AuditActor("ann", null), AuditActions.SignedIn), Cancellation);
        await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync(sql));
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from audit_events"));
    }

    [Fact]
    public async Task Retention_TakesTheOldestOnly()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var clock = new FakeTimeProvider();
        var log = new AuditLog(database.Database, clock);
        for (var day = 0; day < 5; day++)
        {
            await log.WriteAsync(new AuditEntry(new AuditActor($"day{day}", null), AuditActions.SignedIn), Cancellation);
            clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(2, await log.RetireAsync(TimeSpan.FromDays(2), 2, Cancellation));
        Assert.Equal(1, await log.RetireAsync(TimeSpan.FromDays(2), 2, Cancellation));
        Assert.Equal(["day4", "day3"], (await log.ListAsync(new AuditFilter(), 10, Cancellation)).Select(entry => entry.Actor));
        await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync("delete from audit_events"));
    }

    [Fact]
    public async Task List_FiltersAndPages_WithHostileText()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var log = new AuditLog(database.Database, TimeProvider.System);
        for (var i = 0; i < 7; i++)
        {
            await log.WriteAsync(new AuditEntry(new AuditActor(i % 2 == 0 ? "ann" : "bob", null), AuditActions.Request, $"100%_\\ <script>'{i}\0", new string('x', 5000)), Cancellation);
        }

        var first = await log.ListAsync(new AuditFilter(Actor: "ann"), 2, Cancellation);
        var second = await log.ListAsync(new AuditFilter(Actor: "ann", Before: first[^1].Id), 2, Cancellation);
        Assert.Equal([7, 5, 3, 1], first.Concat(second).Select(entry => entry.Id));
        Assert.Single(await log.ListAsync(new AuditFilter(Text: "%_\\ <SCRIPT>'3"), 10, Cancellation));
        Assert.Empty(await log.ListAsync(new AuditFilter(Text: "100_"), 10, Cancellation));
        Assert.Equal(501, first[0].Details!.Length);
    }
}
