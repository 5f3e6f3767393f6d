using System.Text;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Formats.Lines;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Ingestion.Formats.Lines;

public sealed class LineRecogniserTests
{
    private static readonly TimeRules s_rules = new(SourceZone.Utc, LogTimestamp.From(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero)));

    public static TheoryData<string> Formats => [.. Corpus().Keys];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_LinesOfAFormat_FindsWhatPeopleSee(string format)
    {
        var samples = Corpus()[format];
        var recogniser = new LineRecogniser();
        recogniser.Learn([.. Enumerable.Repeat(samples, 16).SelectMany(lines => lines).Select(sample => (ReadOnlyMemory<byte>)sample.Line)], s_rules);

        Assert.Equal(samples.Select(sample => sample.Learned), samples.Select(sample => Found(recogniser, sample.Line)));
        if (!format.StartsWith("w3c", StringComparison.Ordinal) && format != "cloudfront")
        {
            Assert.Equal(samples.Select(sample => sample.Alone), samples.Select(sample => Found(new LineRecogniser(), sample.Line)));
        }
    }

    [Theory]
    [InlineData("# Time: 2026-11-20T10:15:30.123456Z", "2026-11-20T10:15:30.123456Z - - - # Time: 2026-11-20T10:15:30.123456Z")]
    [InlineData("Date: 2026-11-20 10:15:30 ERROR no", "2026-11-20T10:15:30.000000Z ERROR - - no")]
    [InlineData("# User@Host: root[root] @ localhost []  Id:    12", "- - - - # User@Host: root[root] @ localhost []  Id:    12")]
    [InlineData("done at 2026-11-20T10:15:30Z", "- - - - done at 2026-11-20T10:15:30Z")]
    public void Read_TimeBehindItsLabel_IsTheLines(string line, string expected) => Assert.Equal(expected, Found(new LineRecogniser(), Bytes(line)));

    [Fact]
    public void Read_ChangedFormat_IsLearnedAnew()
    {
        var recogniser = new LineRecogniser();
        var before = Bytes("17 node-1 action start 1795165650 1 member");
        var after = Bytes("2026-11-20 10:15:30 INFO started: 1 member");
        recogniser.Learn([before, before, before], s_rules);
        Assert.EndsWith(" member", Found(recogniser, before), StringComparison.Ordinal);
        for (var i = 0; i < 20_000; i++)
        {
            recogniser.Read(after, s_rules, out _);
        }

        Assert.Equal("2026-11-20T10:15:30.000000Z INFO - started 1 member", Found(recogniser, after));
    }

    [Fact]
    public void Read_MutatedLines_StaysWithinThemAndNeverThrows()
    {
        var random = new Random(20261120);
        var seeds = Corpus().Values.SelectMany(samples => samples).Select(sample => sample.Line).ToList();
        var alphabet = "0123456789:-/.,[]<>() =\"\\|{}#%TZINFOabc\t\u00e9"u8.ToArray();
        var recogniser = new LineRecogniser();
        for (var round = 0; round < 100_000; round++)
        {
            byte[] line = [.. seeds[random.Next(seeds.Count)]];
            for (var changes = random.Next(1, 6); changes > 0 && line.Length > 0; changes--)
            {
                line[random.Next(line.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            line = line[..random.Next(line.Length + 1)];
            recogniser.Read(line, s_rules, out var fields);
            foreach (var span in (TextSpan[])[fields.Body, fields.Level, fields.Service, fields.Host, fields.Logger, fields.Thread, fields.ProcessId])
            {
                Assert.True(span.Start >= 0 && span.Length >= 0 && span.End <= line.Length, Encoding.UTF8.GetString(line));
            }
        }
    }

    [Theory]
    [InlineData("[")]
    [InlineData("( ")]
    [InlineData("2026-11-20 ")]
    [InlineData("1 ")]
    [InlineData("a=\"\\")]
    [InlineData("- ")]
    [InlineData("|")]
    [InlineData("x:")]
    [InlineData("<34>")]
    public void Read_LongHostileLine_KeepsItsEnd(string piece)
    {
        var line = Bytes(string.Concat(Enumerable.Repeat(piece, 1 << 18)) + "end");
        new LineRecogniser().Read(line, s_rules, out var fields);
        Assert.Equal(line.Length, fields.Body.End);
    }

    [Fact]
    public void Read_KnownSource_AllocatesNothing()
    {
        var lines = Corpus().Where(format => !format.Key.StartsWith("w3c", StringComparison.Ordinal) && format.Key != "cloudfront")
            .SelectMany(format => format.Value).Select(sample => sample.Line).ToArray();
        var recogniser = new LineRecogniser();
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            foreach (var line in lines)
            {
                recogniser.Read(line, s_rules, out _);
            }
        }
    }

    [Theory]
    [InlineData("2026-03-01", "Dec 31 23:59:59 h x: m", "2025-12-31")]
    [InlineData("2026-03-01", "Mar  1 00:00:00 h x: m", "2026-03-01")]
    [InlineData("2026-03-01", "Feb 29 00:00:00 h x: m", "2024-02-29")]
    [InlineData("2026-12-31", "Jan  1 00:30:00 h x: m", "2027-01-01")]
    public void Read_DateWithoutAYear_IsInTheNewestThatIsNotToCome(string newest, string line, string day)
    {
        var rules = new TimeRules(SourceZone.Utc, LogTimestamp.From(DateTimeOffset.Parse(newest + "T12:00:00Z", null)));
        new LineRecogniser().Read(Bytes(line), rules, out var fields);
        Assert.StartsWith(day, fields.Time.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AmbiguousDates_AreReadAsTheSourcesCertainOnes()
    {
        var recogniser = new LineRecogniser();
        var sure = Bytes("20/11/2026 10:15:30 INFO x");
        recogniser.Learn([sure, sure], s_rules);
        Assert.StartsWith("2026-11-05", Found(recogniser, Bytes("05/11/2026 10:15:30 INFO x")), StringComparison.Ordinal);
        Assert.StartsWith("2026-05-11", Found(new LineRecogniser(), Bytes("05/11/2026 10:15:30 INFO x")), StringComparison.Ordinal);
    }

    // "time level service logger message", '-' for what is not there; spaces in names are shown as '_'.
    private static string Found(LineRecogniser recogniser, byte[] line)
    {
        recogniser.Read(line, s_rules, out var fields);
        var level = !fields.Level.IsEmpty ? Text(fields.Level) : fields.SeverityNumber == 0 ? "-" : $"{fields.SeverityNumber}";
        return $"{(fields.HasTime ? fields.Time : "-")} {level} {Name(fields.Service)} {Name(fields.Logger)} {Text(fields.Body)}";

        string Text(TextSpan span) => Encoding.UTF8.GetString(span.Of(line));
        string Name(TextSpan span) => span.IsEmpty ? "-" : Text(span).Replace(' ', '_');
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static Dictionary<string, List<Sample>> Corpus()
    {
        var corpus = new Dictionary<string, List<Sample>>(StringComparer.Ordinal);
        var format = new List<Sample>();
        byte[] line = [];
        foreach (var text in Repository.Read("LogConsole.Tests/testdata/log-lines.txt").Split('\n'))
        {
            if (text.StartsWith("## ", StringComparison.Ordinal))
            {
                corpus[text[3..]] = format = [];
            }
            else if (text.StartsWith("  ~ ", StringComparison.Ordinal))
            {
                format[^1] = format[^1] with { Alone = text[4..] };
            }
            else if (text.StartsWith("  ", StringComparison.Ordinal))
            {
                format.Add(new Sample(line, text[2..], text[2..]));
            }
            else if (!text.StartsWith("# ", StringComparison.Ordinal))
            {
                line = Bytes(text);
            }
        }

        return corpus;
    }

    private sealed record Sample(byte[] Line, string Learned, string Alone);
}
