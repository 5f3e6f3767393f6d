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
            var ids = harness.Commit([.. Enumerable.Range(0, 16).Select(i => $"{Word(batch)} {Word(i)} {Word(batch + i)}"), "the one line that always comes"]);
            Assert.Equal(keeper, ids[^1]);
            Assert.InRange(harness.Miner.Tree(1).Count, 1, options.MaxClusters);
            Assert.InRange(harness.Miner.Tree(1).Tokens.Count, 1, options.MaxClusters * 7);
            Assert.Equal(harness.Miner.Tree(1).Count, harness.Miner.Catalog.Count);
        }

        Assert.Equal(1 + (50 * 16) - harness.Miner.Tree(1).Count, harness.Miner.Figures.ForgottenTemplates);
    }

    [Fact]
    public void Mine_OneBatchOfNewTemplatesOnly_SharesACatchAllBeyondTheMargin()
    {
        var harness = new MiningHarness(new DrainOptions { MaxClusters = 64 });
        var batch = MiningHarness.Batch("shop", [.. Enumerable.Range(0, 200).Select(Hostile), Hostile(7)]);
        var change = harness.Process(batch);
        Assert.Equal(81, change.Created.Count);
        harness.Commit(batch);

        Assert.Single(batch.TemplateIds[80..200].Distinct());
        Assert.Equal(batch.TemplateIds[7], batch.TemplateIds[200]);
        Assert.Equal("<*>", harness.Text(batch.TemplateIds[80]));
        Assert.Equal(120, harness.Miner.Figures.CatchAllLines);
        Assert.Equal(harness.Miner.Tree(1).Count, harness.Miner.Figures.TemplatesInMemory);
        Assert.InRange(harness.Miner.Tree(1).Count, 1, 64);
    }

    [Fact]
    public void Mine_MoreBatchesOfNewTemplatesOnly_KeepTheOneCatchAll()
    {
        var harness = new MiningHarness(new DrainOptions { MaxClusters = 64 });
        var catchAll = harness.Commit([.. Enumerable.Range(0, 200).Select(Hostile)])[^1];
        for (var batch = 1; batch < 10; batch++)
        {
            // Small batches do not use it and push out what is older than they are; it stays.
            foreach (var numbers in Enumerable.Range(batch * 1000, 96).Chunk(16))
            {
                harness.Commit([.. numbers.Select(Hostile)]);
            }

            Assert.Equal(catchAll, harness.Commit([.. Enumerable.Range((batch * 1000) + 200, 200).Select(Hostile)])[^1]);
        }
    }

    [Fact]
    public void Mine_LoneSlot_IsNotTakenForTheCatchAll()
    {
        var harness = new MiningHarness(new DrainOptions { MaxClusters = 64 });
        var catchAll = harness.Commit([.. Enumerable.Range(0, 200).Select(Hostile)])[^1];
        var ids = harness.Commit("4711", "word", "10.0.0.7");
        Assert.DoesNotContain(catchAll, ids);
        Assert.Equal(ids[0], ids[2]);
    }

    [Fact]
    public void Match_LeafOfRandomWords_FindsItsOldestAndItsNewestOnly()
    {
        var options = new DrainOptions();
        var tree = new DrainTree(options);
        var tokenizer = new LineTokenizer(options);
        const int templates = 300;
        for (var i = 0; i < templates; i++)
        {
            tree.Add(i, tokenizer.Intern(Encoding.UTF8.GetBytes(Hostile(i)), tree.Tokens));
        }

        var found = Enumerable.Range(0, templates)
            .Where(i => tree.Match(tokenizer.Find(Encoding.UTF8.GetBytes(Hostile(i)), tree.Tokens), out _, out _)?.Id == i);
        var half = DrainTree.HalfOfCandidates;
        Assert.Equal([.. Enumerable.Range(0, half), .. Enumerable.Range(templates - half, half)], found);
    }

    // One leaf, and half of the words differ from every other line's.
    private static string Hostile(int number) => $"x y {Word(number)} {Word(number)}s";

    // Letters only: a number would be masked.
    private static string Word(int number) => string.Concat(number.ToString().Select(digit => (char)('a' + digit - '0'))) + "word";
}
