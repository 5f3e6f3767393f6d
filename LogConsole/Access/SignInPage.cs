using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Antiforgery;

namespace LogConsole.Access;

/// <summary>A form for people who are not signed in, or a message when it has no fields.</summary>
/// <param name="Title">Of the window and above the form.</param>
/// <param name="Text">One or two sentences.</param>
/// <param name="Action">Where it is posted to; null for a message.</param>
/// <param name="Button">What the button says.</param>
internal sealed record FormPage(string Title, string Text, string? Action, string? Button)
{
    public IReadOnlyList<(string Name, string Value)> Hidden { get; init; } = [];

    public IReadOnlyList<FormField> Fields { get; init; } = [];

    /// <summary>Why it is shown again.</summary>
    public string? Error { get; init; }
}

/// <summary>A field of a <see cref="FormPage"/>.</summary>
/// <param name="AutoComplete">Tells password managers what it is.</param>
internal sealed record FormField(string Name, string Label, string AutoComplete, string Value = "")
{
    public bool IsSecret { get; init; }

    public bool ReadOnly { get; init; }

    public bool Focused { get; init; }
}

/// <summary>The pages of people who are not signed in: the tokens of the console's look, inline, so that they need nothing else. No script.</summary>
internal static class SignInPage
{
    /// <summary>The source of the page's style element for the content security policy.</summary>
    public static string StyleHash { get; } = "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));

    // Browsers hash the text with the line ends of HTML.
    private static string Style => """
            :root { color-scheme: dark light; --canvas: #0F1318; --surface: #161B22; --border: #3C4854; --text: #E6EAF0; --secondary: #A8B3C0; --accent: #6CB2FF; --error: #FF8A80; --on-accent: #0F1318; }
            @media (prefers-color-scheme: light) { :root { --canvas: #F5F7F9; --surface: #FFFFFF; --border: #AEB9C4; --text: #1B2128; --secondary: #4D5966; --accent: #0B62C4; --error: #C0262D; --on-accent: #FFFFFF; } }
            * { box-sizing: border-box; }
            body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px; background: var(--canvas); color: var(--text); font: 13px/1.5 "Inter Variable", Inter, system-ui, sans-serif; }
            main { width: 100%; max-width: 360px; padding: 24px; background: var(--surface); border: 1px solid var(--border); border-radius: 6px; }
            h1 { margin: 0 0 4px; font-size: 18px; font-weight: 600; }
            p { margin: 0 0 16px; color: var(--secondary); }
            .error { color: var(--error); }
            label { display: block; margin-bottom: 4px; font-weight: 600; }
            label:not(:first-of-type) { margin-top: 12px; }
            input, button { width: 100%; min-height: 40px; padding: 0 12px; border-radius: 4px; font: inherit; }
            input { border: 1px solid var(--border); background: var(--canvas); color: var(--text); }
            input[readonly] { color: var(--secondary); }
            button { margin-top: 16px; border: 0; background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
            :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
            """.ReplaceLineEndings("\n");

    /// <summary>The page as an answer that nobody keeps and that tells no other page where it was.</summary>
    public static IResult Answer(HttpContext context, FormPage page, int status)
    {
        // The address of a link holds its token.
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        var form = page.Action is null ? "" : Form(page, context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context));
        context.Response.Headers.CacheControl = "no-store";
        return Results.Content(Render(page, form), "text/html", Encoding.UTF8, status);
    }

    private static string Form(FormPage page, AntiforgeryTokenSet tokens)
    {
        var html = HtmlEncoder.Default;
        var hidden = page.Hidden.Append((Name: tokens.FormFieldName, Value: tokens.RequestToken ?? ""))
            .Select(field => $"""<input type="hidden" name="{html.Encode(field.Name)}" value="{html.Encode(field.Value)}">""");
        return $"""
            <form method="post" action="{page.Action}">
            {string.Join('\n', hidden)}
            {string.Join('\n', page.Fields.Select(field => Field(field, page.Error is not null)))}
            <button type="submit">{html.Encode(page.Button ?? "")}</button>
            </form>
            """;
    }

    private static string Field(FormField field, bool hasError)
    {
        var attributes = (field.ReadOnly ? " readonly" : "") + (field.Focused ? " autofocus" : "") + (hasError ? " aria-describedby=\"notice\"" : "");
        var value = field.IsSecret ? "" : $" value=\"{HtmlEncoder.Default.Encode(field.Value)}\"";
        return $"""
            <label for="{field.Name}">{HtmlEncoder.Default.Encode(field.Label)}</label>
            <input id="{field.Name}" name="{field.Name}" type="{(field.IsSecret ? "password" : "text")}" autocomplete="{field.AutoComplete}" autocapitalize="none" spellcheck="false" maxlength="256" required{attributes}{value}>
            """;
    }

    private static string Render(FormPage page, string form)
    {
        var html = HtmlEncoder.Default;
        var notice = page.Error is null ? "" : $"""<p class="error" role="alert" id="notice">{html.Encode(page.Error)}</p>""";
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{html.Encode(page.Title)}} · LogConsole</title>
            <style>{{Style}}</style>
            <link rel="icon" href="data:,">
            </head>
            <body>
            <main>
            <h1>{{html.Encode(page.Title)}}</h1>
            <p>{{html.Encode(page.Text)}}</p>
            {{notice}}
            {{form}}
            </main>
            </body>
            </html>
            """;
    }
}
