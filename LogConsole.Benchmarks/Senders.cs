using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace LogConsole.Benchmarks;

/// <summary>Posts bodies as senders do: each with its own <c>Idempotency-Key</c>, again when the console asks to come back later.</summary>
internal static class Senders
{
    /// <summary>As fast as the given number of senders can.</summary>
    /// <param name="body">The body of the n-th request; called by several senders at once.</param>
    public static Task SendAsync(HttpClient client, Func<int, byte[]> body, int requests, int connections)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number < requests)
            {
                await PostAsync(client, body(number));
            }
        })));
    }

    /// <summary>At a fixed rate until cancelled or all requests are sent. Senders that fall behind send what is due as fast as they can.</summary>
    /// <returns>Requests answered with 200.</returns>
    public static async Task<int> SendAtRateAsync(
        HttpClient client, Func<int, byte[]> body, double requestsPerSecond, int requests, int connections, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var next = -1;
        var answered = 0;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
            async () =>
            {
                while (!cancellationToken.IsCancellationRequested && Interlocked.Increment(ref next) is var number && number < requests)
                {
                    var early = TimeSpan.FromSeconds(number / requestsPerSecond) - Stopwatch.GetElapsedTime(started);
                    if (early > TimeSpan.Zero)
                    {
                        await Task.Delay(early, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    }

                    await PostAsync(client, body(number));
                    Interlocked.Increment(ref answered);
                }
            },
            CancellationToken.None)));
        return answered;
    }

    /// <summary>Sends one body until it is answered with 200.</summary>
    public static async Task PostAsync(HttpClient client, byte[] body)
    {
        var key = Guid.NewGuid().ToString("N");
        while (true)
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/ingest", UriKind.Relative)) { Content = content, Headers = { { "Idempotency-Key", key } } };
            using var response = await client.SendAsync(request);
            if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            {
                response.EnsureSuccessStatusCode();
                return;
            }

            await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }
}
