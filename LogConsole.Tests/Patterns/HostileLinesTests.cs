using System.Text;
using LogConsole.Patterns;
using LogConsole.Patterns.Masking;

namespace LogConsole.Tests.Patterns;

public sealed class HostileLinesTests
{
    public static TheoryData<string> Lines =>
    [
        "",
        "   \t \r\n ",
        "<*>",
        "<*> <*> <*>",
        "1 2 3 4 5",
        new string('a', 1 << 20),
        new string('7', 1 << 20),
        new string('=', 1 << 20),
        string.Concat(Enumerable.Repeat("a ", 100_000)),
        string.Concat(Enumerable.Repeat("a=1/b ", 100_000)),
        string.Concat(Enumerable.Repeat("\n", 100_000)),
        new string('é', 8191),
        "👩‍💻 déployé 🚀 в 10:15",
        "שלום עולם 42 \u202Etxt.exe",
        "\u001b[31mred\u001b[0m alert",
        "a\u0001b \u007f",
        "\\ \\- \\* \\\\",
        "\uFFFD\uFFFD \uFFFD",
        "<script>alert(1)</script> ' or 1=1; --",
    ];

    [Theory]
    [MemberData(nameof(Lines), DisableDiscoveryEnumeration = true)]
    public void Mine_HostileLine_GetsATemplateAndKeepsIt(string line)
    {
        var harness = new MiningHarness();
        var first = harness.Commit(line);
        var second = harness.Commit(line, line);
        Assert.Equal([first[0], first[0]], second);

        var tokens = harness.Miner.Tree(1).Clusters[0];
        var table = new TokenTable();
        var state = TemplateCodec.Encode(tokens, harness.Miner.Tree(1).Tokens);
        Assert.Equal(harness.Text(first[0]), TemplateCodec.ToText(TemplateCodec.TryDecode(1, state, table)!.Tokens, table));
        Assert.DoesNotContain('\0', state);
        Assert.True(Encoding.UTF8.GetByteCount(state) < 128 << 10);
    }

    [Fact]
    public void Mine_BytesThatAreNoUtf8_DoNotBreakIt()
    {
        var options = new DrainOptions();
        var service = new ServiceMining(new DrainTree(options));
        var tokenizer = new LineTokenizer(options);
        var random = new Random(7);
        var line = new byte[512];
        for (var round = 0; round < 2_000; round++)
        {
            random.NextBytes(line);
            var id = service.Assign(round, line, default, tokenizer, -1 - round);
            Assert.Equal(id, service.Assign(round, line, default, tokenizer, int.MinValue));
        }
    }

    [Fact]
    public void Mine_LineBeyondTheByteLimit_EndsInASlot()
    {
        var harness = new MiningHarness(new DrainOptions { MaxLineBytes = 256, MaxTokens = 200 });
        var head = string.Join(' ', Enumerable.Repeat("word", 40));
        var ids = harness.Commit($"{head} {new string('x', 500)}", $"{head} {new string('y', 9000)} and more");
        Assert.Equal(ids[0], ids[1]);
        Assert.Equal($"{head} <*>", harness.Text(ids[0]));
    }

    [Fact]
    public void Mine_LineBeyondTheTokenLimit_EndsInASlot()
    {
        var harness = new MiningHarness(new DrainOptions { MaxTokens = 8 });
        var ids = harness.Commit("a b c d e f g h", "a b c d e f g h i", "a b c d e f g h i j k");
        Assert.Equal("a b c d e f g h", harness.Text(ids[0]));
        Assert.Equal("a b c d e f g h <*>", harness.Text(ids[1]));
        Assert.Equal(ids[1], ids[2]);
    }

    [Fact]
    public void Mine_EndlessNewTemplates_StaysWithinTheLimitAndCounts()
    {
        var options = new DrainOptions { MaxClusters = 64 };
        var harness = new MiningHarness(options);
        var keeper = harness.Commit("the one line that always comes")[0];
        for (var batch = 0; batch < 50; batch++)
        {
            var ids = harness.Commit([.. Enumerable.Range(0, 20).Select(i => $"{Word(batch)} {Word(i)} {Word(batch + i)}"), "the one line that always comes"]);
            Assert.Equal(keeper, ids[^1]);
            Assert.InRange(harness.Miner.Tree(1).Count, 1, options.MaxClusters);
            Assert.InRange(harness.Miner.Tree(1).Tokens.Count, 1, options.MaxClusters * 7);
            Assert.Equal(harness.Miner.Tree(1).Count, harness.Miner.Catalog.Count);
        }

        Assert.Equal(1 + (50 * 20) - harness.Miner.Tree(1).Count, harness.Miner.ForgottenTemplates);

        // Letters only: a number would be masked.
        static string Word(int number) => string.Concat(number.ToString().Select(digit => (char)('a' + digit - '0'))) + "word";
    }
}
