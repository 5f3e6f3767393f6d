using System.Net;
using LogConsole.Ingestion.Http;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Ingestion.Http;

public sealed class ReplaySenderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData(60)]
    public async Task Send_ConsoleStaysAway_TriesUntilPatienceEnds_AndOnceThen(int? retryAfterSeconds)
    {
        var time = new FakeTimeProvider();
        var start = time.GetUtcNow();
        var tries = new List<DateTimeOffset>();
        using var http = new HttpClient(new Door(() =>
        {
            tries.Add(time.GetUtcNow());
            var answer = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            answer.Headers.RetryAfter = retryAfterSeconds is { } seconds ? new(TimeSpan.FromSeconds(seconds)) : null;
            return answer;
        }));
        var sender = new ReplaySender(new ReplayOptions { File = "x", To = new Uri("http://localhost"), Patience = TimeSpan.FromSeconds(3) }, http, time);

        var send = sender.SendAsync(new LineBatch(0, "a\n"u8.ToArray(), 1, 2), ReplayFormat.Text, "key", Cancellation);
        while (!send.IsCompleted)
        {
            await Task.WhenAny(send, time.WaitForTimerAsync(Cancellation));
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Contains("answered 503", (await send).Trouble, StringComparison.Ordinal);
        Assert.Equal(start.AddSeconds(3), tries[^1]);
        Assert.Equal(retryAfterSeconds is null ? 4 : 2, tries.Count);
    }

    private sealed class Door(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer());
    }
}
