using System.Net;
using System.Text;
using System.Text.Json;

namespace LogConsole.Tests.TestSupport;

/// <summary>An answer of the console: status, headers and body as JSON (undefined when it has none).</summary>
internal sealed record ConsoleAnswer(HttpStatusCode Status, string? MediaType, TimeSpan? RetryAfter, string Text)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public static async Task<ConsoleAnswer> ReadAsync(Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        return new ConsoleAnswer(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.RetryAfter?.Delta,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}

/// <summary>What senders and programs ask of a console.</summary>
internal static class ConsoleRequests
{
    /// <summary>Posts a body to the ingest door.</summary>
    public static async Task<ConsoleAnswer> IngestAsync(this ConsoleProcess console, string body, string? key = null, string contentType = "application/x-ndjson")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/ingest") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.Add("Content-Type", contentType);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await ConsoleAnswer.ReadAsync(console.Http.SendAsync(request, TestContext.Current.CancellationToken));
    }

    /// <summary>Asks for a path with its query.</summary>
    public static Task<ConsoleAnswer> GetAsync(this ConsoleProcess console, string path) =>
        ConsoleAnswer.ReadAsync(console.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken));

    /// <summary>A body of NDJSON records that carry nothing but a message, and a timestamp when one is given.</summary>
    public static string Lines(int count, string prefix, DateTimeOffset? at = null) => string.Concat(Enumerable.Range(0, count).Select(n =>
        at is { } time ? $$"""{"ts":"{{time:O}}","service":"shop","msg":"{{prefix}} {{n}}"}""" + "\n" : $$"""{"service":"shop","msg":"{{prefix}} {{n}}"}""" + "\n"));
}
