using System.Net;
using System.Text.RegularExpressions;
using LogConsole.Access;
using LogConsole.Access.Auditing;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Access;

public sealed partial class SignInTests(PostgresFixture postgres)
{
    private static readonly AuditActor s_admin = new("admin", null);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_RightPassword_ComesBackWhereItWasTurnedAway()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        await host.AddUserAsync("ann", AccessRole.Viewer);
        var browser = host.Browser();

        using var turnedAway = await browser.GetAsync(new Uri("/page?x=1", UriKind.Relative), Cancellation);
        Assert.Equal("/sign-in?returnUrl=%2Fpage%3Fx%3D1", turnedAway.Headers.Location!.PathAndQuery);
        var (signedIn, _) = await AccessHost.PostFormAsync(browser, turnedAway.Headers.Location.PathAndQuery, ("name", " ANN "), ("password", AccessHost.Password));

        Assert.Equal((HttpStatusCode.Redirect, "/page?x=1"), (signedIn.StatusCode, signedIn.Headers.Location!.OriginalString));
        Assert.Equal("a page", await browser.GetStringAsync(new Uri("/page", UriKind.Relative), Cancellation));
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single(text => text.StartsWith("logconsole=", StringComparison.Ordinal));
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task SignIn_BehindAProxyThatEndsTls_TheCookieIsSecure_AndOnlyThatProxyIsBelieved()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var trusting = await AccessHost.StartAsync(database, ("Access:TrustedProxies:0", "127.0.0.0/8"));
        await using var plain = await AccessHost.StartAsync(database);
        await trusting.AddUserAsync("ann", AccessRole.Viewer);

        foreach (var (host, secure) in new[] { (trusting, true), (plain, false) })
        {
            var browser = host.Browser();
            browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
            browser.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
            var (answer, _) = await AccessHost.PostFormAsync(browser, "/sign-in", ("name", "ann"), ("password", "wrong"));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            var (signedIn, _) = await AccessHost.PostFormAsync(browser, "/sign-in", ("name", "ann"), ("password", AccessHost.Password));
            Assert.Equal(secure, signedIn.Headers.GetValues("Set-Cookie").Any(text => text.StartsWith("logconsole=", StringComparison.Ordinal) && text.Contains("; secure", StringComparison.OrdinalIgnoreCase)));
        }

        Assert.Equal(
            ["203.0.113.7", "203.0.113.7", "127.0.0.1", "127.0.0.1"],
            (await new AuditLog(database.Database, TimeProvider.System).ListAsync(new AuditFilter(Actor: "ann"), 100, Cancellation))
                .Where(entry => entry.Action.StartsWith("sign-in", StringComparison.Ordinal)).Reverse().Select(entry => entry.Address));
    }

    [Fact]
    public async Task SignIn_UnknownWrongDisabledInvitedOrLocked_AnswersAreTheSame()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        await host.AddUserAsync("ann", AccessRole.Viewer);
        var gone = await host.AddUserAsync("gone", AccessRole.Viewer);
        await host.Users.SetDisabledAsync(s_admin, gone.Id, true, Cancellation);
        await host.Users.AddAsync(s_admin, "invited", AccessRole.Viewer, Cancellation);

        var answers = new List<(HttpStatusCode, string)>();
        foreach (var (name, password) in new[] { ("nobody", AccessHost.Password), ("ann", "wrong"), ("gone", AccessHost.Password), ("invited", ""), ("<b>", "x"), ("nobody", new string('x', 5000)) })
        {
            var (answer, body) = await AccessHost.PostFormAsync(host.Browser(), "/sign-in", ("name", name), ("password", password.Length == 0 ? " " : password));
            answers.Add((answer.StatusCode, Changing().Replace(body, "")));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, answers[0].Item1);
        Assert.Single(answers.Distinct());
    }

    [Theory]
    [InlineData("ann")]
    [InlineData("nobody")]
    public async Task SignIn_FiveWrong_LocksTheNameForAQuarterOfAnHour_WhetherItExistsOrNot(string name)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        await host.AddUserAsync("ann", AccessRole.Viewer);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AccessHost.SignInAsync(host.Browser(), name, $"wrong {i}"));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await AccessHost.SignInAsync(host.Browser(), name));
        Assert.Equal(
            name == "ann" ? $"locked until {host.Clock.GetUtcNow().AddMinutes(15):HH:mm}" : "active",
            Assert.Single(await host.Users.ListAsync(Cancellation)).StateAt(host.Clock.GetUtcNow(), until => $"{until:HH:mm}"));
        host.Clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(HttpStatusCode.Unauthorized, await AccessHost.SignInAsync(host.Browser(), name));
        host.Clock.Advance(TimeSpan.FromMinutes(1.1));
        Assert.Equal("active", Assert.Single(await host.Users.ListAsync(Cancellation)).StateAt(host.Clock.GetUtcNow(), until => $"{until:HH:mm}"));
        Assert.Equal(name == "ann" ? HttpStatusCode.Redirect : HttpStatusCode.Unauthorized, await AccessHost.SignInAsync(host.Browser(), name));
        Assert.Equal(
            3, await database.ScalarAsync<long>("select count(*) from audit_events where action = 'sign-in.locked'"));
        Assert.Equal(name == "ann" ? 0 : 1, await database.ScalarAsync<long>("select count(*) from sign_in_failures"));
    }

    [Fact]
    public async Task SignIn_ManyGuessesAtOnce_GetNoMoreThanFive()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        await host.AddUserAsync("ann", AccessRole.Viewer);
        var browsers = Enumerable.Range(0, 12).Select(_ => host.Browser()).ToList();

        await Task.WhenAll(browsers.Select((browser, i) => AccessHost.SignInAsync(browser, "ann", $"wrong {i}")));

        Assert.Equal(4, await database.ScalarAsync<long>("select count(*) from audit_events where action = 'sign-in.failed'"));
        Assert.Equal(8, await database.ScalarAsync<long>("select count(*) from audit_events where action = 'sign-in.locked'"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AccessHost.SignInAsync(host.Browser(), "ann"));
    }

    [Fact]
    public async Task SignIn_SomeWrongThenRight_StartsTheCountAnew()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        await host.AddUserAsync("ann", AccessRole.Viewer);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await AccessHost.SignInAsync(host.Browser(), "ann", "wrong"));
            }

            Assert.Equal(HttpStatusCode.Redirect, await AccessHost.SignInAsync(host.Browser(), "ann"));
        }
    }

    [Fact]
    public async Task SignIn_WithoutTheFormsToken_IsRefused_AndGuessingIsLimitedByAddress()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database, ("Access:SignInsPerMinute", "3"));
        await host.AddUserAsync("ann", AccessRole.Viewer);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("name", "ann"), KeyValuePair.Create("password", AccessHost.Password)]);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = form };
            request.Headers.Add("X-Forwarded-For", $"203.0.113.{i}");
            using var answer = await host.Browser().SendAsync(request, Cancellation);
            statuses.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                // The wait is that of the limiter's own clock.
                var wait = answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
                Assert.InRange(wait, 1, 60);
                var page = await answer.Content.ReadAsStringAsync(Cancellation);
                Assert.Contains($"Too many tries from your network address: please try again in {wait:0} s.", page, StringComparison.Ordinal);
                Assert.Contains("<form method=\"post\" action=\"/sign-in\">", page, StringComparison.Ordinal);
            }
        }

        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests], statuses);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "name=%00&password=%00")]
    [InlineData("application/json", "{}")]
    [InlineData("multipart/form-data; boundary=x", "nothing of the kind")]
    public async Task SignIn_WhatIsNoForm_IsRefused(string contentType, string body)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        foreach (var (path, expected) in new[] { ("/sign-in", HttpStatusCode.BadRequest), ("/welcome", HttpStatusCode.NotFound) })
        {
            using var content = new StringContent(body);
            content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(contentType);
            using var answer = await host.Browser().PostAsync(new Uri(path, UriKind.Relative), content, Cancellation);
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task SignIn_ReturnUrlElsewhere_LeadsHome(string returnUrl)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        await host.AddUserAsync("ann", AccessRole.Viewer);

        var (signedIn, _) = await AccessHost.PostFormAsync(host.Browser(), "/sign-in", ("returnUrl", returnUrl), ("name", "ann"), ("password", AccessHost.Password));

        Assert.Equal("/", signedIn.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Redirect)]
    [InlineData("same", HttpStatusCode.Redirect)]
    [InlineData("http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("other port", HttpStatusCode.Forbidden)]
    public async Task SignOut_FromAnotherOrigin_IsRefused_ElseEndsTheSession(string? origin, HttpStatusCode expected)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        await host.AddUserAsync("ann", AccessRole.Viewer);
        var browser = await host.SignedInAsync("ann");

        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-out");
        if (origin is not null)
        {
            var ours = host.Client.BaseAddress!;
            request.Headers.TryAddWithoutValidation("Origin", origin switch { "same" => $"https://{ours.Authority}", "other port" => $"http://{ours.Host}:1", _ => origin });
        }

        using var answer = await browser.SendAsync(request, Cancellation);
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.Forbidden ? HttpStatusCode.OK : HttpStatusCode.Redirect, await AccessHost.StatusOfPageAsync(browser));
    }

    [Theory]
    [InlineData("role")]
    [InlineData("disabled")]
    [InlineData("everywhere")]
    [InlineData("password")]
    public async Task Session_OfAnAccountThatWasChanged_Ends_AndOthersGoOn(string change)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        var ann = await host.AddUserAsync("ann", AccessRole.Engineer);
        await host.AddUserAsync("bob", AccessRole.Viewer);
        var browsers = (Ann: await host.SignedInAsync("ann"), Bob: await host.SignedInAsync("bob"));
        Assert.Equal(HttpStatusCode.OK, await AccessHost.StatusOfPageAsync(browsers.Ann));

        Assert.Null(change switch
        {
            "role" => await host.Users.SetRoleAsync(s_admin, ann.Id, AccessRole.Viewer, Cancellation),
            "disabled" => await host.Users.SetDisabledAsync(s_admin, ann.Id, true, Cancellation),
            "everywhere" => await host.Users.SignOutEverywhereAsync(s_admin, ann.Id, Cancellation),
            _ => await host.Users.ChangePasswordAsync(s_admin, ann.Id, AccessHost.Password, "another good password", Cancellation),
        });

        Assert.Equal(HttpStatusCode.Redirect, await AccessHost.StatusOfPageAsync(browsers.Ann));
        Assert.Equal(HttpStatusCode.OK, await AccessHost.StatusOfPageAsync(browsers.Bob));
    }

    [Fact]
    public async Task Session_OfOneInstance_CountsOnAnother_AndEndsThereWithinSeconds()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var one = await AccessHost.StartAsync(database);
        await using var other = await AccessHost.StartAsync(database);
        var ann = await one.AddUserAsync("ann", AccessRole.Viewer);
        var (signedIn, _) = await AccessHost.PostFormAsync(one.Browser(), "/sign-in", ("name", "ann"), ("password", AccessHost.Password));
        var browser = other.Browser();
        browser.DefaultRequestHeaders.Add("Cookie", signedIn.Headers.GetValues("Set-Cookie").Single(text => text.StartsWith("logconsole=", StringComparison.Ordinal)).Split(';')[0]);
        Assert.Equal(HttpStatusCode.OK, await AccessHost.StatusOfPageAsync(browser));
        Assert.NotEqual(0, await database.ScalarAsync<long>("select count(*) from data_protection_keys"));

        await one.Users.SetDisabledAsync(s_admin, ann.Id, true, Cancellation);
        other.Clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(HttpStatusCode.Redirect, await AccessHost.StatusOfPageAsync(browser));
    }

    [Fact]
    public async Task LastAdministrator_CannotBeDemotedOrDisabled_NorTwoEachOther()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        var ann = await host.AddUserAsync("ann", AccessRole.Admin);
        Assert.NotNull(await host.Users.SetDisabledAsync(s_admin, ann.Id, true, Cancellation));
        Assert.NotNull(await host.Users.SetRoleAsync(s_admin, ann.Id, AccessRole.Viewer, Cancellation));

        var bob = await host.AddUserAsync("bob", AccessRole.Admin);
        var faults = await Task.WhenAll(
            host.Users.SetRoleAsync(s_admin, ann.Id, AccessRole.Viewer, Cancellation), host.Users.SetDisabledAsync(s_admin, bob.Id, true, Cancellation));
        Assert.Single(faults, fault => fault is null);
    }

    // The form's token, and the name that was typed.
    [GeneratedRegex("(name=\"__RequestVerificationToken\" )?value=\"[^\"]*\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Changing();
}
