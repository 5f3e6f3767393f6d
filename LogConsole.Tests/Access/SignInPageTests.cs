using Deque.AxeCore.Playwright;
using LogConsole.Tests.Ingestion.Http;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;

namespace LogConsole.Tests.Access;

/// <summary>The sign-in page in a browser: its style is let through, and nothing is complained about.</summary>
public sealed class SignInPageTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(ColorScheme.Dark)]
    [InlineData(ColorScheme.Light)]
    public async Task SignIn_LooksAsMeant_AndHasNoErrors(ColorScheme theme)
    {
        await using var host = await DoorHost.StartAsync(new Dictionary<string, string?>
        {
            ["Access:Mode"] = "Keys",
            ["Access:ApiKeys:0:Name"] = "reader",
            ["Access:ApiKeys:0:Key"] = "read-key-0123456789",
            ["Access:ApiKeys:0:Scopes"] = "read",
        });
        var page = await browser.NewPageAsync(new() { ColorScheme = theme });
        var messages = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                messages.Add(message.Text);
            }
        };
        await page.GotoAsync(new Uri(host.Client.BaseAddress!, "/sign-in").AbsoluteUri);

        Assert.Equal("360px", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('main')).maxWidth"));
        Assert.Empty((await page.RunAxe()).Violations.Select(violation => violation.Id));
        Assert.Empty(messages);
        await page.Context.CloseAsync();
    }
}
