using System.Net;
using LogConsole.Access;
using LogConsole.Access.Auditing;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Access;

/// <summary>One-time links: the first administrator's, and those that set a password.</summary>
public sealed class LinkTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FirstAdmin_OpensTheLink_ChoosesNameAndPassword_AndIsIn()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        var link = "/welcome?token=" + await host.Users.MakeFirstAdminLinkAsync(Cancellation);
        var browser = host.Browser();

        // Looking, slips and weak passwords do not use it up.
        await browser.GetStringAsync(new Uri(link, UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await RedeemAsync(browser, link, "root", "short", "short"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await RedeemAsync(browser, link, "root", AccessHost.Password, AccessHost.Password + "x"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await RedeemAsync(browser, link, "no blanks", AccessHost.Password, AccessHost.Password));
        Assert.Equal(HttpStatusCode.Redirect, await RedeemAsync(browser, link, "Root", AccessHost.Password, AccessHost.Password));

        Assert.Equal(HttpStatusCode.OK, await AccessHost.StatusOfPageAsync(browser));
        var admin = (await host.Users.ListAsync(Cancellation)).Single();
        Assert.Equal(("root", AccessRole.Admin, true), (admin.Name, admin.Role, admin.HasPassword));
        Assert.Null(await host.Users.MakeFirstAdminLinkAsync(Cancellation));
        using var again = await host.Browser().GetAsync(new Uri(link, UriKind.Relative), Cancellation);
        Assert.NotNull(admin.SignedInAt);
        Assert.Equal((HttpStatusCode.NotFound, "no-referrer"), (again.StatusCode, again.Headers.GetValues("Referrer-Policy").Single()));
    }

    [Fact]
    public async Task FirstAdmin_TwoLinksAtOnce_MakeOneAdministrator()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        var tokens = new[] { await host.Users.MakeFirstAdminLinkAsync(Cancellation), await host.Users.MakeFirstAdminLinkAsync(Cancellation) };

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => host.Users.RedeemAsync(tokens[i % 2]!, $"root{i}", AccessHost.Password, null, Cancellation)));

        Assert.Single(outcomes, outcome => outcome.Fault is null);
        Assert.Single(await host.Users.ListAsync(Cancellation));
    }

    [Fact]
    public async Task FirstAdmin_AfterAQuarterOfAnHour_TheLinkWorksNoMore()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        var token = await host.Users.MakeFirstAdminLinkAsync(Cancellation);
        host.Clock.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal("This link works no more.", (await host.Users.RedeemAsync(token!, "root", AccessHost.Password, null, Cancellation)).Fault);
        Assert.Empty(await host.Users.ListAsync(Cancellation));
    }

    [Fact]
    public async Task PasswordLink_SetsThePassword_EndsSessionsAndTheLock_Once()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        var ann = await host.AddUserAsync("ann", AccessRole.Viewer);
        var before = await host.SignedInAsync("ann");
        for (var i = 0; i < 6; i++)
        {
            await AccessHost.SignInAsync(host.Browser(), "ann", "wrong");
        }

        var first = (await host.Users.MakeLinkAsync(new AuditActor("admin", null), ann.Id, Cancellation)).Value;
        var second = (await host.Users.MakeLinkAsync(new AuditActor("admin", null), ann.Id, Cancellation)).Value;
        Assert.NotNull((await host.Users.RedeemAsync(first!, "", "another good password", null, Cancellation)).Fault);
        Assert.Null((await host.Users.RedeemAsync(second!, "root", "another good password", null, Cancellation)).Fault);
        Assert.NotNull((await host.Users.RedeemAsync(second!, "", "a third good password", null, Cancellation)).Fault);

        Assert.Equal(HttpStatusCode.Redirect, await AccessHost.StatusOfPageAsync(before));
        Assert.Equal(HttpStatusCode.Unauthorized, await AccessHost.SignInAsync(host.Browser(), "ann"));
        Assert.Equal(HttpStatusCode.Redirect, await AccessHost.SignInAsync(host.Browser(), "ann", "another good password"));
        Assert.Equal(AccessRole.Viewer, (await host.Users.FindAsync("ann", Cancellation))!.Role);
    }

    [Fact]
    public async Task Link_ThatSeveralHaveSeenWork_IsUsedUpByOne()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        var ann = await host.AddUserAsync("ann", AccessRole.Viewer);
        var links = host.Services.GetRequiredService<LogConsole.Access.Users.AccessLinks>();
        var token = await links.MakeAsync(ann.Id, Cancellation);

        Assert.True((await links.FindAsync(token, Cancellation)).Works);
        Assert.True(await links.UseAsync(token, Cancellation));
        Assert.False(await links.UseAsync(token, Cancellation));
    }

    [Fact]
    public async Task Link_WithoutTheFormsToken_IsRefused_AndGuessingIsLimitedByAddress()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database, ("Access:SignInsPerMinute", "3"));
        var token = (await host.Users.MakeFirstAdminLinkAsync(Cancellation))!;
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["token"] = token,
                ["name"] = "root",
                ["password"] = AccessHost.Password,
                ["again"] = AccessHost.Password,
            });
            using var answer = await host.Browser().PostAsync(new Uri("/welcome", UriKind.Relative), form, Cancellation);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests], statuses);
        Assert.Empty(await host.Users.ListAsync(Cancellation));
        Assert.NotNull(await host.Users.FindLinkAsync(token, Cancellation));
    }

    [Theory]
    [InlineData("short", true)]
    [InlineData("aaaaaaaaaaaaaaa", true)]
    [InlineData("password123", true)]
    [InlineData("Ann.Smith1", true)]
    [InlineData("tr0ub4dor&3x", false)]
    public void PasswordRules_RefuseWhatIsGuessedFirst(string password, bool refused) =>
        Assert.Equal(refused, LogConsole.Access.Users.PasswordRules.FaultOf(password, "ann.smith") is not null);

    private static async Task<HttpStatusCode> RedeemAsync(HttpClient browser, string link, string name, string password, string again) =>
        (await AccessHost.PostFormAsync(browser, link, ("name", name), ("password", password), ("again", again))).Answer.StatusCode;
}
