using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using LogConsole.Ingestion;

namespace LogConsole.Tests.Ingestion;

public sealed class PackedInputTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a longer text\n")]
    public async Task Open_StreamThatCannotSeek_GivesBackWhatWasLookedAt(string text) =>
        Assert.Equal((text, false), await ReadAsync(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public async Task Open_PackedStreamThatCannotSeek_IsUnpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync("a"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(("a", true), await ReadAsync(packed.ToArray()));
    }

    private static async Task<(string Text, bool IsPacked)> ReadAsync(byte[] bytes)
    {
        var pipe = PipeReader.Create(new System.Buffers.ReadOnlySequence<byte>(bytes)).AsStream();
        var (content, isPacked) = await PackedInput.OpenAsync(pipe, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(content);
        return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken), isPacked);
    }
}
