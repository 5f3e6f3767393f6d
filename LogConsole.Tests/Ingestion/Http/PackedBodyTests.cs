using System.IO.Compression;
using System.Net;
using System.Text;

namespace LogConsole.Tests.Ingestion.Http;

/// <summary>Bodies in gzip and br, honest and hostile, and the limits of size.</summary>
public sealed class PackedBodyTests
{
    private const string TwoLines = "{\"ts\":\"2026-11-20T10:00:00Z\",\"msg\":\"a\"}\n{\"ts\":\"2026-11-20T10:00:01Z\",\"msg\":\"b\"}";

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task Post_Encoded_IsUnpacked(string encoding)
    {
        await using var host = await DoorHost.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(Pack(Encoding.UTF8.GetBytes(TwoLines), encoding), encoding: encoding).ReadAsync()).Status);
        Assert.Equal(["a", "b"], host.Taken.Single().Bodies);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Post_Bomb_IsCutOffAtTheLimit(string encoding)
    {
        await using var host = await DoorHost.StartAsync(new Dictionary<string, string?> { ["Http:MaxBodyBytes"] = "1000000" });
        var bomb = Pack(new byte[50_000_000], encoding);
        Assert.True(bomb.Length < 1_000_000);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.PostAsync(bomb, "text/plain", encoding: encoding).ReadAsync()).Status);
        Assert.Empty(host.Taken);
    }

    [Theory]
    [InlineData("gzip", "text")]
    [InlineData("br", "text")]
    [InlineData("gzip", "cut")]
    [InlineData("br", "cut")]
    public async Task Post_NotWhatItsEncodingClaims_Is400(string encoding, string fault)
    {
        await using var host = await DoorHost.StartAsync();
        var body = fault == "text" ? Encoding.UTF8.GetBytes(TwoLines) : Pack(RandomLines(), encoding)[..^20];

        var (status, problem) = await host.PostAsync(body, "text/plain", encoding: encoding).ReadAsync();

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("bad_encoding", problem, StringComparison.Ordinal);
        Assert.Empty(host.Taken);
    }

    [Fact]
    public async Task Post_LargerThanTheLimits_Is413WithAndWithoutLength()
    {
        await using var host = await DoorHost.StartAsync(new Dictionary<string, string?> { ["Http:MaxBodyBytes"] = "100000", ["Http:MaxCompressedBytes"] = "2000" });
        var large = new byte[100_001];
        Array.Fill(large, (byte)'x');

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.PostAsync(large, "text/plain").ReadAsync()).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.PostAsync(Pack(RandomLines(), "gzip"), "text/plain", encoding: "gzip").ReadAsync()).Status);

        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/api/ingest") { Content = new StreamContent(new MemoryStream(large)) };
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Content.Headers.TryAddWithoutValidation("Content-Type", "text/plain");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.Client.SendAsync(chunked, TestContext.Current.CancellationToken)).StatusCode);
    }

    private static byte[] RandomLines()
    {
        var random = new Random(1);
        return Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 1000).Select(_ => random.NextInt64().ToString("x16"))));
    }

    private static byte[] Pack(byte[] body, string encoding)
    {
        if (encoding == "identity")
        {
            return body;
        }

        using var packed = new MemoryStream();
        using (Stream stream = encoding == "gzip" ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(body);
        }

        return packed.ToArray();
    }
}
