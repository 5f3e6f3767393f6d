using System.IO.Compression;
using System.Text;
using LogConsole.Patterns;

namespace LogConsole.Tests.Patterns;

public sealed class MineCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("logconsole-mine-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Mine_File_WritesOneRowALine()
    {
        var csv = await MineAsync("order 1 placed by ada\norder 2 placed by bob\ncart empty\n"u8.ToArray());
        Assert.Equal(
            """
            line_id,template_id,template
            1,1,"order <*> placed by <*>"
            2,1,"order <*> placed by <*>"
            3,2,"cart empty"

            """,
            csv);
    }

    [Fact]
    public async Task Mine_UglyLines_KeepTheirRows()
    {
        var csv = await MineAsync([.. "\uFEFFone\r\n\r\nsay \"hi\", x\n"u8, 0xC3, 0x28, 0, (byte)'\n', .. "\n=1+1\nlast"u8]);
        Assert.Equal(
            "line_id,template_id,template\n1,1,one\n2,,\n3,2,\"say \"\"hi\"\", x\"\n4,3,\uFFFD(\uFFFD\n5,,\n6,4,=<*>+<*>\n7,5,last\n",
            csv);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mine_BlankLines_HaveNoIdAndTakeNone(bool raw) => Assert.Equal(
        "line_id,template_id,template\n1,,\n2,1,one\n3,,\n4,2,two\n5,1,one\n",
        await MineAsync("\none\n \t\r\ntwo\none\n"u8.ToArray(), raw));

    [Fact]
    public async Task Mine_NothingButBlankLines_KeepsTheirRows() =>
        Assert.Equal("line_id,template_id,template\n1,,\n2,,\n", await MineAsync("\n \n"u8.ToArray()));

    [Fact]
    public async Task Mine_Utf16_IsReadByItsMark() => Assert.Equal(
        "line_id,template_id,template\n1,1,one\n2,2,two\n",
        await MineAsync([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("one\r\ntwo")]));

    [Fact]
    public async Task Mine_EmptyFile_WritesTheHeadingAlone() => Assert.Equal("line_id,template_id,template\n", await MineAsync([]));

    [Fact]
    public async Task Mine_Raw_LeavesHeadersOut()
    {
        var csv = await MineAsync("2026-11-20 10:15:30,123 INFO [main] org.example.Shop - order 17 placed\n"u8.ToArray(), raw: true);
        Assert.Equal("line_id,template_id,template\n1,1,\"order <*> placed\"\n", csv);
    }

    [Fact]
    public async Task Mine_Raw_EveryServiceHasTemplatesOfItsOwn()
    {
        var lines = string.Concat(Enumerable.Range(0, 4).Select(n => $"Nov 20 10:15:3{n} web-1 {(n % 2 == 0 ? "sshd" : "cron")}[{n}]: session {n} opened\n"));
        var csv = await MineAsync(Encoding.UTF8.GetBytes(lines), raw: true);
        Assert.Equal(["1,1", "2,2", "3,1", "4,2"], csv.Split('\n')[1..5].Select(row => row[..3]));
    }

    [Fact]
    public async Task Mine_ManyBatches_GivesEqualTextsToEqualIds()
    {
        var lines = new StringBuilder();
        for (var i = 0; i < 20_000; i++)
        {
            // The template is widened only in a later batch.
            lines.Append(i < 15_000 ? "user account ada signed in" : "user account bob signed in").Append('\n');
        }

        var rows = (await MineAsync(Encoding.UTF8.GetBytes(lines.ToString()))).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.Equal(20_000, rows.Length);
        Assert.Equal("1,1,\"user account <*> signed in\"", rows[0]);
        Assert.Equal("20000,1,\"user account <*> signed in\"", rows[^1]);
    }

    [Fact]
    public async Task Mine_LongLine_IsOneRow()
    {
        var csv = await MineAsync([.. Enumerable.Repeat((byte)'a', 3 << 20), (byte)'\n', .. "b"u8]);
        Assert.Equal("line_id,template_id,template\n1,1,<*>\n2,2,b\n", csv);
    }

    [Fact]
    public async Task Mine_ShorterResult_LeavesNothingOfTheOldFile()
    {
        await MineAsync("a long first run of many words\n"u8.ToArray());
        Assert.Equal("line_id,template_id,template\n1,1,b\n", await MineAsync("b\n"u8.ToArray()));
    }

    [Fact]
    public async Task Mine_FilesThatCannotBeUsed_SaySoByExitCode()
    {
        var input = Path.Combine(_folder.FullName, "in.log");
        var output = Path.Combine(_folder.FullName, "out.csv");
        Assert.Equal(ExitCodes.Directory, await MineCommand.RunAsync(input, output, raw: false, Cancellation));
        Assert.False(File.Exists(output));
        await File.WriteAllTextAsync(input, "x", Cancellation);
        Assert.Equal(ExitCodes.Directory, await MineCommand.RunAsync(_folder.FullName, output, raw: false, Cancellation));
        Assert.Equal(ExitCodes.Directory, await MineCommand.RunAsync(input, Path.Combine(_folder.FullName, "no", "out.csv"), raw: false, Cancellation));
        Assert.Equal(ExitCodes.Configuration, await MineCommand.RunAsync(input, input, raw: false, Cancellation));
        Assert.Equal("x", await File.ReadAllTextAsync(input, Cancellation));
    }

    [Fact]
    public async Task Mine_PackedFile_IsUnpackedByItsContent_AndADamagedOneLeavesTheOldResult()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync("=1+1\nb\n"u8.ToArray(), Cancellation);
        }

        const string expected = "line_id,template_id,template\n1,1,=<*>+<*>\n2,2,b\n";
        Assert.Equal(expected, await MineAsync(packed.ToArray()));
        var input = Path.Combine(_folder.FullName, "in.log");
        var output = Path.Combine(_folder.FullName, "out.csv");
        await File.WriteAllBytesAsync(input, packed.ToArray()[..^5], Cancellation);
        Assert.Equal(ExitCodes.Directory, await MineCommand.RunAsync(input, output, raw: false, Cancellation));
        Assert.Equal(expected, await File.ReadAllTextAsync(output, Cancellation));
    }

    private async Task<string> MineAsync(byte[] content, bool raw = false)
    {
        var input = Path.Combine(_folder.FullName, "in.log");
        var output = Path.Combine(_folder.FullName, "out.csv");
        await File.WriteAllBytesAsync(input, content, Cancellation);
        Assert.Equal(ExitCodes.Success, await MineCommand.RunAsync(input, output, raw, Cancellation));
        return await File.ReadAllTextAsync(output, Cancellation);
    }
}
