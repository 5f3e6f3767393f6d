using System.Text;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Framing;
using LogConsole.Tests.Ingestion.Formats;

namespace LogConsole.Tests.Ingestion.Framing;

public sealed class JoinedLinesTests
{
    [Theory]
    [InlineData("java", "ERROR failed\njava.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\n\t... 3 more\nCaused by: java.io.IOException: gone\n\tat a.B.d(B.java:2)\n... 12 more")]
    [InlineData("python", "ERROR failed\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nValueError: no\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"a.py\", line 3\nshop.errors.Lost")]
    [InlineData(".net", "fail: Shop[1]\n      order 17 failed\n      System.InvalidOperationException: no\n       ---> System.Exception: inner\n         at A.B()\n--- End of inner exception stack trace ---\n   at A.C()")]
    [InlineData("go", "panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:7 +0x1d\ncreated by main.serve in goroutine 7\n\t/src/main.go:9\nexit status 2")]
    [InlineData("node", "Error: no such order\n    at place (/app/a.js:1:7)\n    at async run (/app/b.js:2:3)")]
    [InlineData("ruby", "a.rb:3:in 'f': no (RuntimeError)\n\tfrom a.rb:7:in 'g'\n\tfrom a.rb:9:in '<main>'")]
    [InlineData("rust", "thread 'main' panicked at src/main.rs:4:5:\nindex out of bounds\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace")]
    [InlineData("php", "PHP Fatal error:  Uncaught Exception: no in /a.php:3\nStack trace:\n#0 /a.php(7): f()\n#1 {main}\n  thrown in /a.php on line 3")]
    public void TryNext_StackTrace_JoinsItsFirstLine(string language, string trace)
    {
        Assert.NotEmpty(language);
        Assert.Equal([(1, "before"), (2, trace), (2 + trace.Split('\n').Length, "after: all well")], RecordsOf($"before\n{trace}\nafter: all well\n"));
    }

    [Theory]
    [InlineData("node", "TypeError: x is not a function\n    at place (/app/a.js:1:7)\n    at async run (/app/b.js:2:3)")]
    [InlineData("node with a code", "AssertionError [ERR_ASSERTION]: no\n    at place (/app/a.js:1:7)")]
    [InlineData("ruby", "/app/a.rb:3:in 'x': no (RuntimeError)\n\tfrom /app/a.rb:7:in 'g'")]
    [InlineData("php", "PHP Fatal error:  Uncaught Exception: no in /a.php:3\nStack trace:\n#0 /a.php(7): f()\n#1 {main}\n  thrown in /a.php on line 3")]
    [InlineData("go", "panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:7 +0x1d\nexit status 2")]
    [InlineData("go without a panic", "goroutine 1 [running]:\nmain.main()\n\t/src/main.go:7 +0x1d")]
    [InlineData("rust", "thread 'main' panicked at src/main.rs:4:5:\nindex out of bounds\nstack backtrace:\n   0: rust_begin_unwind\nnote: Some details are omitted")]
    [InlineData("rust of old", "thread 'main' panicked at 'no', src/main.rs:4:5\nnote: run with `RUST_BACKTRACE=1`")]
    public void TryNext_TraceAfterALineWithATime_JoinsIt(string language, string trace)
    {
        Assert.NotEmpty(language);
        foreach (var header in (string[])["2026-11-20 10:15:30 ERROR failed", "[20/Nov/2026:10:15:30 +0000] failed", "1795165650 ERROR failed", "E1120 10:15:30.1 1 a.go:1] failed"])
        {
            Assert.Equal([(1, $"{header}\n{trace}"), (2 + trace.Split('\n').Length, "after: all well")], RecordsOf($"{header}\n{trace}\nafter: all well\n"));
        }

        foreach (var other in (string[])["no time", "listening on 0.0.0.0:80", "{\"time\":\"2026-11-20T10:15:30Z\"}"])
        {
            Assert.Equal([other, trace], RecordsOf($"{other}\n{trace}").Select(record => record.Text));
        }

        Assert.Equal([(1, trace)], RecordsOf(trace));
    }

    [Fact]
    public void TryNext_LineOfAContainerThatWasCut_JoinsItsParts()
    {
        const string time = "2026-11-20T10:15:30.123456789Z";
        var cut = $"{time} stdout P a\n{time} stdout P b\n{time} stdout F c";
        Assert.Equal(
            [cut, $"{time} stdout F d", $"{time} stdout P e", $"{time} stderr F f", $"{time} stdout F g"],
            RecordsOf($"{cut}\n{time} stdout F d\n{time} stdout P e\n{time} stderr F f\n{time} stdout F g").Select(record => record.Text));
    }

    [Fact]
    public void TryNext_RecordOfJavaUtilLogging_HasTwoLinesAndItsTrace()
    {
        const string first = "Nov 20, 2026 10:15:31 AM com.example.Shop place\nSEVERE: order 17 failed\njava.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)";
        const string second = "Nov 20, 2026 10:15:32 AM com.example.Shop lambda$place$0\nINFO: order 18 placed";
        const string prose = "Nov 20, 2026 10:15:33 AM see example.org there\nERROR: b";
        Assert.Equal([first, second, .. prose.Split('\n')], RecordsOf($"{first}\n{second}\n{prose}").Select(record => record.Text));
    }

    [Theory]
    [InlineData("2026-11-20 10:15:30 a\nERROR: b\nErrors: 7\nthread 'main' started\ngoroutine pool is full\nsee a.rb:3 for more")]
    [InlineData("2026-11-20 10:15:30 a\n2026-11-20 10:15:31 TypeError: b\n2026-11-20 10:15:32 panic: c")]
    public void TryNext_OtherLinesAfterATime_StandAlone(string text) => Assert.Equal(text.Split('\n'), RecordsOf(text).Select(record => record.Text));

    [Theory]
    [InlineData("one\ntwo\nthree")]
    [InlineData("  one\n  two")]
    [InlineData("main.main()\nValueError: x\ngoroutines are many")]
    [InlineData("ERROR a\nERROR b\nException in thread main")]
    public void TryNext_OtherLines_StandAlone(string text) => Assert.Equal(text.Split('\n'), RecordsOf(text).Select(record => record.Text));

    [Fact]
    public void TryNext_EndlessTrace_IsCutByLinesAndBytes()
    {
        var text = "a\n" + string.Concat(Enumerable.Repeat(" b\n", 3000));
        Assert.Equal(StackTrace.MaxLines, RecordsOf(text)[0].Text.Split('\n').Length);
        Assert.All(RecordsOf(text, maxBytes: 64), record => Assert.InRange(record.Text.Length, 1, 64));
    }

    [Fact]
    public void Parse_TraceInATextBody_IsOneRecord()
    {
        var lines = ParsedLines.Of("2026-11-20 10:00:00 ERROR failed\r\n\tat a.B.c(B.java:1)\r\n2026-11-20 10:00:01 INFO on", BodyFormat.Text);

        Assert.Equal([(1, "failed\r\n\tat a.B.c(B.java:1)"), (3, "on")], lines.Body.Records.Select(record => (record.Line, ParsedLines.BodyOf(record))));
        Assert.Equal(SeverityNumber.Error, lines[0].SeverityNumber);
    }

    private static List<(int Number, string Text)> RecordsOf(string text, int maxBytes = 1 << 20)
    {
        var lines = new JoinedLines(Encoding.UTF8.GetBytes(text), maxBytes);
        var records = new List<(int, string)>();
        while (lines.TryNext(out var record, out var number))
        {
            records.Add((number, Encoding.UTF8.GetString(record.Span)));
        }

        return records;
    }
}
