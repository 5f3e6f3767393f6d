using System.IO.Compression;
using System.Text;
using LogConsole.Ingestion.Formats;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Ingestion.Formats;

public sealed class ParseCommandTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Parse_File_WritesOneRowALine()
    {
        var csv = await ParseAsync("2026-11-20 10:15:30,120 WARN c.e.Shop - say \"hi\", x\n\n    at c.e.Shop\nNov 20 10:15:30 web-1 sshd[1]: closed\n");
        Assert.Equal(
            "line_id,timestamp,severity,service,body\n1,2026-11-20T10:15:30.120Z,WARN,c.e.Shop,\"say \"\"hi\"\", x\"\n2,,,,\n3,,,,\"    at c.e.Shop\"\n4,2026-11-20T10:15:30Z,,sshd,closed\n",
            csv);
    }

    [Fact]
    public async Task Parse_Json_ReadsItsFields() => Assert.Equal(
        "line_id,timestamp,severity,service,body\n1,2026-11-20T10:15:30.500Z,ERROR,shop,failed\n",
        await ParseAsync("""{"time":"2026-11-20T10:15:30.5Z","level":50,"service":"shop","msg":"failed"}"""));

    [Theory]
    [InlineData("2026-11-20T10:15:31.123456789Z stdout F {\"level\": \"info\", \"time\": \"2026-11-20T10:15:30.5Z\", \"service\": \"shop\", \"msg\": \"hello\"}", "10:15:30.500Z,INFO,shop,hello")]
    [InlineData("2026-11-20T10:15:31.123456789Z stdout F I1120 10:15:30.123456 1 main.go:10] hello", "10:15:31.123456789Z,INFO,main.go:10,hello")]
    [InlineData("{\"log\":\"2026-11-20 10:15:30,12 WARN c.e.Shop: slow\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-20T10:15:31.5Z\"}", "10:15:31.500Z,WARN,c.e.Shop,slow")]
    public async Task Parse_LinesOfContainers_ReadsTheProgramsOwn(string line, string expected) => Assert.Equal(
        $"line_id,timestamp,severity,service,body\n1,2026-11-20T{expected}\n", await ParseAsync(line + "\n"));

    [Fact]
    public async Task Parse_ZoneYearAndService_AreTakenWhereTheLineNamesNone()
    {
        var csv = await ParseAsync("11-20 00:15:30.1 I/Shop(1): a\n2026-11-20T10:15:30Z b\n", zone: "+01:00", year: 2011, service: "phone");
        Assert.Equal("line_id,timestamp,severity,service,body\n1,2011-11-19T23:15:30.1Z,INFO,phone,a\n2,2026-11-20T10:15:30Z,,phone,b\n", csv);
    }

    [Fact]
    public async Task Parse_WhatCannotBeMeant_SaysSoByExitCode()
    {
        var input = Path.Combine(_folder.Path, "in.log");
        var output = Path.Combine(_folder.Path, "out.csv");
        Assert.Equal(ExitCodes.Directory, await ParseCommand.RunAsync(new ParseOptions(input, output), Cancellation));
        await File.WriteAllTextAsync(input, "x", Cancellation);
        Assert.Equal(ExitCodes.Configuration, await ParseCommand.RunAsync(new ParseOptions(input, input), Cancellation));
        Assert.Equal(ExitCodes.Configuration, await ParseCommand.RunAsync(new ParseOptions(input, output, Zone: "Middle/Earth"), Cancellation));
        Assert.Equal(ExitCodes.Configuration, await ParseCommand.RunAsync(new ParseOptions(input, output, Year: 0), Cancellation));
        Assert.Equal("x", await File.ReadAllTextAsync(input, Cancellation));
    }

    [Fact]
    public async Task Parse_PackedFile_IsUnpackedByItsContent()
    {
        var input = Path.Combine(_folder.Path, "in.log");
        var output = Path.Combine(_folder.Path, "out.csv");
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync("2026-11-20 10:15:30 ERROR failed\n"u8.ToArray(), Cancellation);
        }

        await File.WriteAllBytesAsync(input, packed.ToArray(), Cancellation);
        Assert.Equal(ExitCodes.Success, await ParseCommand.RunAsync(new ParseOptions(input, output), Cancellation));
        Assert.Equal("line_id,timestamp,severity,service,body\n1,2026-11-20T10:15:30Z,ERROR,,failed\n", await File.ReadAllTextAsync(output, Cancellation));

        await File.WriteAllBytesAsync(input, packed.ToArray()[..^4], Cancellation);
        Assert.Equal(ExitCodes.Directory, await ParseCommand.RunAsync(new ParseOptions(input, output), Cancellation));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-5")]
    [InlineData("10000")]
    public void Parse_YearThatIsNone_IsToldInWords(string year) => Assert.Equal(
        [$"--year '{year}' is no year from 1971 to 9998."],
        ParseCommand.Create().Parse(["in.log", "--out", "out.csv", "--year", year]).Errors.Select(error => error.Message));

    [Fact]
    public async Task Parse_Join_WritesOneRowARecord() => Assert.Equal(
        "line_id,timestamp,severity,service,body\n1,2026-11-20T10:15:30Z,ERROR,,\"failed\n\tat a.B.c\n\n\tat a.B.d\"\n6,2026-11-20T10:15:31Z,INFO,,on\n",
        await ParseAsync("2026-11-20 10:15:30 ERROR failed\n\tat a.B.c\n\n\tat a.B.d\n\n2026-11-20 10:15:31 INFO on\n", join: true));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Parse_Utf16_IsReadByItsMark(bool isBigEndian)
    {
        // Longer than a block, so that a character is cut in two somewhere.
        var lines = string.Concat(Enumerable.Range(0, 9_000).Select(i => $"2026-11-20 10:15:30 WARN \u010A is no line end \U0001F600 {i}\r\n"));
        var csv = await ParseAsync(lines, encoding: new UnicodeEncoding(isBigEndian, byteOrderMark: true));

        Assert.Equal(9_001, csv.Count('\n'));
        Assert.EndsWith("\n9000,2026-11-20T10:15:30Z,WARN,,\"\u010A is no line end \U0001F600 8999\"\n", csv, StringComparison.Ordinal);
    }

    private async Task<string> ParseAsync(string content, string zone = "UTC", int? year = null, string? service = null, bool join = false, Encoding? encoding = null)
    {
        var input = Path.Combine(_folder.Path, "in.log");
        var output = Path.Combine(_folder.Path, "out.csv");
        await File.WriteAllTextAsync(input, content, encoding ?? new UTF8Encoding(false), Cancellation);
        Assert.Equal(ExitCodes.Success, await ParseCommand.RunAsync(new ParseOptions(input, output, zone, year, service, join), Cancellation));
        return await File.ReadAllTextAsync(output, Cancellation);
    }
}
