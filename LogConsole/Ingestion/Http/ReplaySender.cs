using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace LogConsole.Ingestion.Http;

/// <summary>How a batch ended.</summary>
internal sealed record ReplayAnswer
{
    /// <summary>What the door made of the records, when it took them.</summary>
    public IngestReply? Reply { get; init; }

    /// <summary>Why nothing of the batch can be read; the next one may be better.</summary>
    public string? Refusal { get; init; }

    /// <summary>Why the replay cannot go on.</summary>
    public string? Trouble { get; init; }

    /// <summary>The key stands for another batch, of so many records.</summary>
    public int? Records { get; init; }
}

/// <summary>Sends one batch at a time to the door, and again while that is away or full. One caller.</summary>
internal sealed class ReplaySender(ReplayOptions options, HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(15);

    /// <summary>How often something had to be sent again.</summary>
    public int Retries { get; private set; }

    /// <summary>Sends until there is an answer, or patience ends.</summary>
    public async Task<ReplayAnswer> SendAsync(LineBatch batch, ReplayFormat format, string key, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var pause = s_firstPause; ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            string trouble;
            TimeSpan? asked = null;
            try
            {
                using var request = RequestOf(batch, format, key);
                using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    return new ReplayAnswer { Reply = await response.Content.ReadFromJsonAsync(IngestJson.Default.IngestReply, cancellationToken).ConfigureAwait(false) };
                }

                var (answer, detail, isPassing) = await ProblemOf(response, cancellationToken).ConfigureAwait(false);
                if (answer is not null)
                {
                    return answer;
                }

                trouble = $"{options.To} answered {(int)response.StatusCode}: {detail}";
                if (!isPassing)
                {
                    return new ReplayAnswer { Trouble = trouble };
                }

                asked = RetryAfter(response);
            }
            catch (HttpRequestException e)
            {
                trouble = $"{options.To} cannot be reached: {e.Message}";
            }
            catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                trouble = $"{options.To} did not answer in time";
            }

            var left = options.Patience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return new ReplayAnswer { Trouble = trouble };
            }

            // The last try is made when patience ends, not a pause before.
            Retries++;
            var wait = asked ?? pause;
            await Task.Delay(wait < left ? wait : left, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private HttpRequestMessage RequestOf(LineBatch batch, ReplayFormat format, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, AddressOf()) { Content = new ReadOnlyMemoryContent(batch.Bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(format == ReplayFormat.Ndjson ? "application/x-ndjson" : "text/plain", "utf-8");
        request.Headers.Add("Idempotency-Key", key);
        if (options.ApiKey is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        }

        return request;
    }

    private Uri AddressOf()
    {
        var query = new StringBuilder();
        foreach (var (name, value) in new[] { ("service", options.Service), ("zone", options.Zone) })
        {
            if (value is not null)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        var door = options.To.AbsolutePath == "/" ? new Uri(options.To, "/api/ingest") : options.To;
        return new Uri(door, query.ToString());
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    // A key whose first request is still being worked on has no number of records yet: that passes.
    private static async Task<(ReplayAnswer? Answer, string Detail, bool IsPassing)> ProblemOf(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
            var detail = TextOf(problem.RootElement, "detail") ?? response.ReasonPhrase ?? "";
            return TextOf(problem.RootElement, "reason") switch
            {
                "bad_body" => (new ReplayAnswer { Refusal = detail }, detail, false),
                "key_reused" when problem.RootElement.TryGetProperty("records", out var records) => (new ReplayAnswer { Records = records.GetInt32() }, detail, false),
                "key_reused" => (null, detail, true),
                _ => (null, detail, IsWorthRepeating(response.StatusCode)),
            };
        }
        catch (JsonException)
        {
            return (null, response.ReasonPhrase ?? "", IsWorthRepeating(response.StatusCode));
        }
    }

    private static bool IsWorthRepeating(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout;

    private static string? TextOf(JsonElement problem, string name) =>
        problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
