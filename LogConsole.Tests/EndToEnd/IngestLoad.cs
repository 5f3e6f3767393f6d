using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using LogConsole.Ingestion.Http;

namespace LogConsole.Tests.EndToEnd;

/// <summary>
/// Senders as careful as a good log shipper: each request carries an <c>Idempotency-Key</c> and is repeated, byte for byte, until it is answered 200,
/// whatever happens to the console in between. Record n of sender s has the attribute <c>id</c> = <c>s-n</c>, and its message starts with it.
/// </summary>
internal sealed class IngestLoad : IAsyncDisposable
{
    private const int MostRecords = 60;

    /// <summary>Between two tries of a request, so that a console that is away is not asked thousands of times a second.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private static readonly string[] s_services = ["shop", "payments", "search"];
    private static readonly string[] s_levels = ["info", "warn", "error", "debug"];

    private readonly HttpClient _http;
    private readonly CancellationTokenSource _enough = new();
    private readonly Task[] _senders;
    private readonly int[] _records; // [sender]: acknowledged so far
    private int _acknowledged;
    private int _repeats;

    /// <summary>Starts sending at once.</summary>
    /// <param name="seed">Decides sizes and contents.</param>
    public IngestLoad(Uri address, int senders, int seed)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        _records = new int[senders];
        _senders = [.. Enumerable.Range(0, senders).Select(sender => Task.Run(() => SendAsync(sender, new Random(seed + sender))))];
    }

    /// <summary>Requests answered 200; fails with a sender's fault, so that waiting for progress does not hide it.</summary>
    public int AcknowledgedRequests
    {
        get
        {
            Assert.All(_senders, sender => Assert.Null(sender.Exception));
            return Volatile.Read(ref _acknowledged);
        }
    }

    /// <summary>Requests that were sent again.</summary>
    public int Repeats => Volatile.Read(ref _repeats);

    /// <summary>Records each sender was told are stored: its ids are s-0 … s-(n-1). Final after <see cref="FinishAsync"/>.</summary>
    public IReadOnlyList<int> Records => _records;

    /// <summary>Every sender brings the request it is at to its 200 and ends.</summary>
    public async Task FinishAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_senders);
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        _http.CancelPendingRequests();
        _http.Dispose();
        await ((Task)Task.WhenAll(_senders)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _enough.Dispose();
    }

    private async Task SendAsync(int sender, Random random)
    {
        for (var request = 0; !_enough.IsCancellationRequested; request++)
        {
            var first = _records[sender];
            var count = random.Next(1, MostRecords);
            var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(first, count).Select(n => Line(sender, n, random))));
            var reply = await RepeatAsync($"{sender}/{request}", body);
            Assert.Equal((count, 0, 0), (reply.Accepted + reply.Duplicates, reply.Rejected, reply.DeadLettered));
            Volatile.Write(ref _records[sender], first + count);
            Interlocked.Increment(ref _acknowledged);
        }
    }

    private async Task<IngestReply> RepeatAsync(string key, byte[] body)
    {
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/api/ingest") { Content = new ByteArrayContent(body) };
                request.Content.Headers.Add("Content-Type", "application/x-ndjson");
                request.Headers.Add("Idempotency-Key", key);
                using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return (await response.Content.ReadFromJsonAsync<IngestReply>(TestContext.Current.CancellationToken))!;
                }

                var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True(response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, $"{response.StatusCode}: {answer}");
                Assert.NotNull(response.Headers.RetryAfter);
            }
            catch (HttpRequestException)
            {
                // Refused, or cut off: nobody knows whether the records are stored, and that is what the key is for.
            }
            catch (IOException)
            {
                // Cut off within the answer.
            }

            Interlocked.Increment(ref _repeats);
            await Task.Delay(s_pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static string Line(int sender, int number, Random random)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{sender}-{number}");
        var service = s_services[random.Next(s_services.Length)];
        var level = s_levels[random.Next(s_levels.Length)];
        return $$"""{"ts":"{{TimeProvider.System.GetUtcNow():O}}","service":"{{service}}","level":"{{level}}","msg":"{{id}} order packed in {{random.Next(900)}} ms by worker {{random.Next(9)}}","id":"{{id}}"}""" + "\n";
    }
}
