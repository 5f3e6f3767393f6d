using System.Net;
using System.Net.Http.Headers;
using LogConsole.Ingestion.Http;

namespace LogConsole.Tests.Ingestion.Http;

public sealed class ReplayTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"replay-{Guid.NewGuid():N}.log");
    private readonly StringWriter _output = new();

    [Fact]
    public async Task Run_Twice_StoresEveryLineOnce()
    {
        await using var host = await DoorHost.StartAsync();
        await File.WriteAllTextAsync(_file, string.Join('\n', Enumerable.Range(0, 4500).Select(i => $"line {i}")), TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Success, await RunAsync(host, Options(host)));
        Assert.Equal(ExitCodes.Success, await RunAsync(host, Options(host)));

        Assert.Equal(Enumerable.Range(0, 4500).Select(i => $"line {i}"), host.Taken.SelectMany(taken => taken.Bodies));
        Assert.All(host.Taken, taken => Assert.Equal("shop", taken.Delivery.Records[0].Service));
        Assert.Contains("4,500 accepted, 0 duplicates", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("0 accepted, 4,500 duplicates", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Again_SendsAnew()
    {
        await using var host = await DoorHost.StartAsync();
        await File.WriteAllTextAsync(_file, "{\"msg\":\"a\"}\n", TestContext.Current.CancellationToken);

        await RunAsync(host, Options(host));
        await RunAsync(host, Options(host) with { Again = true });

        Assert.Equal(["a", "a"], host.Taken.SelectMany(taken => taken.Bodies));
    }

    [Fact]
    public async Task Run_BrokenLines_FailsButGoesOn()
    {
        await using var host = await DoorHost.StartAsync();
        await File.WriteAllTextAsync(_file, "{\"msg\":\"a\"}\nbroken\n", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Failure, await RunAsync(host, Options(host)));
        Assert.Contains("1 accepted, 0 duplicates, 1 rejected", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServerIsBusy_WaitsAsToldAndRepeatsWithTheSameKey()
    {
        await File.WriteAllTextAsync(_file, "a\n", TestContext.Current.CancellationToken);
        var keys = new List<string>();
        using var http = new HttpClient(new Answers(request =>
        {
            keys.Add(request.Headers.GetValues("Idempotency-Key").Single());
            var response = new HttpResponseMessage(keys.Count < 3 ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK)
            {
                Content = new StringContent(keys.Count < 3 ? "{}" : """{"accepted":1}"""),
            };
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.Zero);
            return response;
        }));

        Assert.Equal(ExitCodes.Success, await RunAsync(http, new ReplayOptions { File = _file, To = new Uri("http://127.0.0.1:1") }));
        Assert.Equal(3, keys.Count);
        Assert.Single(keys.Distinct());
    }

    [Fact]
    public async Task Run_RefusedForGood_SaysWhyAndFails()
    {
        await File.WriteAllTextAsync(_file, "a\n", TestContext.Current.CancellationToken);
        using var http = new HttpClient(new Answers(_ => new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = new StringContent("""{"detail":"An API key is needed"}""") }));
        var told = new StringWriter();
        await using var replay = new Replay(new ReplayOptions { File = _file, To = new Uri("http://127.0.0.1:1") }, http, new ReplayProgress(told, false, TimeProvider.System), _output, TimeProvider.System);

        Assert.Equal(ExitCodes.Failure, await replay.RunAsync(TestContext.Current.CancellationToken));
        Assert.Contains("answered 401: An API key is needed", told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_WithEveryOption_SendsTheFile()
    {
        await using var host = await DoorHost.StartAsync();
        await File.WriteAllTextAsync(_file, "2026-11-20 10:00:00 INFO a\n", TestContext.Current.CancellationToken);
        string[] args = [_file, "--to", host.Client.BaseAddress!.ToString(), "--service", "s", "--zone", "+02:00", "--format", "text", "--rate", "5", "--again", "--patience", "1"];

        Assert.Equal(ExitCodes.Success, await ReplayCommand.Create().Parse(args).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));

        var record = host.Taken.Single().Delivery.Records[0];
        Assert.Equal(("s", "2026-11-20T08:00:00.000000Z", 9), (record.Service, record.Timestamp.ToString(), record.SeverityNumber));
    }

    [Theory]
    [InlineData("--to", "ftp://x")]
    [InlineData("--to", "nonsense")]
    [InlineData("--rate", "-1")]
    [InlineData("--rate", "fast")]
    [InlineData("--patience", "long")]
    [InlineData("--zone", "Middle/Earth")]
    [InlineData("--format", "xml")]
    public void Command_BadOption_IsAnErrorNotACrash(string option, string value) =>
        Assert.Contains(option, Assert.Single(ReplayCommand.Create().Parse([_file, option, value]).Errors).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Command_MissingFile_HasItsOwnExitCode() =>
        Assert.Equal(ExitCodes.Directory, await ReplayCommand.Create().Parse([_file]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));

    [Fact]
    public async Task Read_Follow_GoesThroughAppendTruncationAndRotation()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(_file, "one\nhalf", cancellationToken);
        await using var batches = new LineBatches(_file, follow: true, TimeProvider.System);

        Assert.Equal("one\n", await NextAsync(batches));
        await File.AppendAllTextAsync(_file, " done\n", cancellationToken);
        Assert.Equal("half done\n", await NextAsync(batches));
        await File.WriteAllTextAsync(_file, "new\n", cancellationToken);
        Assert.Equal("new\n", await NextAsync(batches));
        File.Move(_file, _file + ".1");
        await File.AppendAllTextAsync(_file + ".1", "last of old\n", cancellationToken);
        await File.WriteAllTextAsync(_file, "rotated, and much longer than before\n", cancellationToken);
        Assert.Equal("last of old\n", await NextAsync(batches));
        Assert.Equal("rotated, and much longer than before\n", await NextAsync(batches));
    }

    public void Dispose()
    {
        File.Delete(_file);
        File.Delete(_file + ".1");
        _output.Dispose();
    }

    private ReplayOptions Options(DoorHost host) => new() { File = _file, To = host.Client.BaseAddress!, Service = "shop" };

    private Task<int> RunAsync(DoorHost host, ReplayOptions options) => RunAsync(host.Client, options);

    private async Task<int> RunAsync(HttpClient http, ReplayOptions options)
    {
        await using var replay = new Replay(options, http, new ReplayProgress(TextWriter.Null, false, TimeProvider.System), _output, TimeProvider.System);
        return await replay.RunAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> NextAsync(LineBatches batches)
    {
        var batch = (await batches.NextAsync(10, TestContext.Current.CancellationToken))!.Value;
        var text = System.Text.Encoding.UTF8.GetString(batch.Bytes.Span);
        batches.Advance(batch);
        return text;
    }

    private sealed class Answers(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }
}
