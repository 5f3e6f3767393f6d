using System.IO.Compression;
using System.Net;
using System.Text;
using LogConsole.Ingestion.Http;

namespace LogConsole.Tests.Ingestion.Http;

/// <summary>However a file is replayed, and however often: each of its lines is stored once, and each is in one outcome.</summary>
public sealed class ReplayOnceTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"replay-{Guid.NewGuid():N}.log");
    private readonly List<string> _said = [];

    [Theory]
    [InlineData(0, 100, 14)]
    [InlineData(14, 0, 100)]
    [InlineData(100, 14, 2)]
    [InlineData(2, 6, 0)]
    public async Task Run_AtOtherRates_StoresEveryLineOnce(params int[] rates)
    {
        await using var host = await DoorHost.StartAsync();
        await WriteAsync(string.Concat(Enumerable.Range(0, 300).Select(i => $"line {i}\r\n{(i % 7 == 0 ? " \n\n" : "")}")) + "open end");

        foreach (var rate in rates)
        {
            Assert.Equal(ExitCodes.Success, await RunAsync(host, rate: rate));
        }

        Assert.Equal([.. Enumerable.Range(0, 300).Select(i => $"line {i}"), "open end"], Stored(host));
        Assert.Equal("301 accepted, 0 duplicates, 0 rejected, 0 dead-lettered, 86 blank", _said[0]);
        Assert.All(_said.Skip(1), said => Assert.Equal("0 accepted, 301 duplicates, 0 rejected, 0 dead-lettered, 86 blank", said));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 0)]
    [InlineData(10, 6)]
    public async Task Run_JsonWithBrokenLines_StoresTheOthersOnceAndTellsTheBrokenEveryTime(params int[] rates)
    {
        await using var host = await DoorHost.StartAsync();
        await WriteAsync("broken\n{bad}\n\n{}\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{{\"msg\":\"{i}\"}}\n{(i % 5 == 0 ? "{bad\n[1]\n\n" : "")}")));

        foreach (var rate in rates)
        {
            Assert.Equal(ExitCodes.Failure, await RunAsync(host, rate: rate, format: ReplayFormat.Ndjson));
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}"), Stored(host));
        Assert.Equal("40 accepted, 0 duplicates, 19 rejected, 0 dead-lettered, 9 blank", _said[0]);
        Assert.Equal("0 accepted, 40 duplicates, 19 rejected, 0 dead-lettered, 9 blank", _said[1]);
    }

    [Theory]
    [InlineData("Text", "Ndjson")]
    [InlineData("Ndjson", "Text")]
    [InlineData("Auto", "Ndjson")]
    public async Task Run_InAnotherFormat_StoresNothingAgain(string first, string second)
    {
        await using var host = await DoorHost.StartAsync();
        await WriteAsync(string.Concat(Enumerable.Range(0, 30).Select(i => $"{{\"msg\":\"{i}\"}}\n")));

        await RunAsync(host, format: Enum.Parse<ReplayFormat>(first));
        await RunAsync(host, rate: 6, format: Enum.Parse<ReplayFormat>(second));

        Assert.Equal(30, Stored(host).Count());
        Assert.StartsWith("0 accepted, 30 duplicates", _said[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FileHasGrownMeanwhile_StoresOnlyWhatIsNew()
    {
        await using var host = await DoorHost.StartAsync();
        foreach (var (text, rate) in new[] { ("a\nb\nc\nhalf", 0), ("a\nb\nc\nhalf", 2), ("a\nb\nc\nhalf\n", 0), ("a\nb\nc\nhalf\nd\ne", 4), ("a\nb\nc\nhalf\nd\ne and more\nf\n", 0) })
        {
            await WriteAsync(text);
            Assert.Equal(ExitCodes.Success, await RunAsync(host, rate: rate));
        }

        Assert.Equal(["a", "b", "c", "half", "d", "e", "e and more", "f"], Stored(host));
    }

    [Fact]
    public async Task Run_AfterAFollowedReplayThatWasCutOff_GoesOnBehindIt()
    {
        await using var host = await DoorHost.StartAsync();
        await WriteAsync("a\nb\n");
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken))
        {
            var following = RunAsync(host, follow: true, stop: stop.Token);
            await host.TakenAsync();
            await WriteAsync("a\nb\nc\nd");
            await host.TakenAsync();
            await stop.CancelAsync();
            Assert.Equal(ExitCodes.Success, await following);
        }

        await WriteAsync("a\nb\nc\nd\ne\n");
        await RunAsync(host);
        await RunAsync(host, rate: 2);

        Assert.Equal(["a", "b", "c", "d", "e"], Stored(host));
    }

    [Fact]
    public async Task Run_FilesThatBeginAlike_AreBothStoredOnce()
    {
        await using var host = await DoorHost.StartAsync();
        string[] files = ["banner\na\nb\n", "banner\nc\n", "banner\na\nx\n", "banner\n"];
        foreach (var rate in (int[])[0, 2, 6])
        {
            foreach (var file in files)
            {
                await WriteAsync(file);
                Assert.Equal(ExitCodes.Success, await RunAsync(host, rate: rate));
            }
        }

        Assert.Equal(["banner", "a", "b", "banner", "c", "banner", "a", "x", "banner"], Stored(host));
    }

    [Fact]
    public async Task Run_EarlierBatchStillInFlight_WaitsForItsOutcome()
    {
        await using var host = await DoorHost.StartAsync();
        await WriteAsync("a\nb\n");
        var asked = 0;
        using var http = new HttpClient(new InFlight(() => asked++ == 0)) { BaseAddress = host.Client.BaseAddress };

        Assert.Equal(ExitCodes.Success, await RunAsync(http));

        Assert.Equal(["a", "b"], Stored(host));
        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Command_PackedFile_IsUnpackedByItsContent_AndADamagedOneToldInOneSentence(bool isCut)
    {
        await using var host = await DoorHost.StartAsync();
        using (var packed = new MemoryStream())
        {
            await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            {
                await gzip.WriteAsync("a\nb\n"u8.ToArray(), TestContext.Current.CancellationToken);
            }

            await File.WriteAllBytesAsync(_file, packed.ToArray()[..^(isCut ? 6 : 0)], TestContext.Current.CancellationToken);
        }

        string[] args = [_file, "--to", host.Client.BaseAddress!.ToString()];
        Assert.Equal(isCut ? ExitCodes.Directory : ExitCodes.Success, await ReplayCommand.Create().Parse(args).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(isCut ? [] : ["a", "b"], Stored(host));
        Assert.Equal(ExitCodes.Directory, await ReplayCommand.Create().Parse([.. args, "--follow"]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    public void Dispose() => File.Delete(_file);

    private static IEnumerable<string> Stored(DoorHost host) => host.Taken.SelectMany(taken => taken.Bodies);

    private Task WriteAsync(string text) => File.WriteAllTextAsync(_file, text, TestContext.Current.CancellationToken);

    private Task<int> RunAsync(DoorHost host, int rate = 0, ReplayFormat format = ReplayFormat.Auto, bool follow = false, CancellationToken? stop = null) =>
        RunAsync(host.Client, rate, format, follow, stop);

    private async Task<int> RunAsync(HttpClient http, int rate = 0, ReplayFormat format = ReplayFormat.Auto, bool follow = false, CancellationToken? stop = null)
    {
        var time = new HastyTime();
        using var output = new StringWriter();
        var options = new ReplayOptions { File = _file, To = http.BaseAddress!, LinesPerSecond = rate, Format = format, Follow = follow, Patience = TimeSpan.MaxValue / 2 };
        await using var replay = new Replay(options, http, new ReplayProgress(TextWriter.Null, false, time), output, time);
        var exitCode = await replay.RunAsync(stop ?? TestContext.Current.CancellationToken);
        var said = output.ToString();
        _said.Add(said[(said.IndexOf(": ", StringComparison.Ordinal) + 2)..said.IndexOf(" and skipped", StringComparison.Ordinal)]);
        return exitCode;
    }

    /// <summary>An hour passes whenever somebody looks, so that no rate is worth waiting for.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private long _hours;

        public override long GetTimestamp() => Interlocked.Increment(ref _hours) * TimestampFrequency * 3600;
    }

    /// <summary>The door, which at first still works on the key's first request.</summary>
    private sealed class InFlight(Func<bool> isInFlight) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!isInFlight())
            {
                return base.SendAsync(request, cancellationToken);
            }

            var refusal = new HttpResponseMessage(HttpStatusCode.UnprocessableEntity) { Content = new StringContent("""{"reason":"key_reused","detail":"in flight"}""", Encoding.UTF8) };
            refusal.Headers.RetryAfter = new System.Net.Http.Headers.RetryConditionHeaderValue(TimeSpan.Zero);
            return Task.FromResult(refusal);
        }
    }
}
