using LogConsole.Patterns;
using LogConsole.Patterns.Masking;

namespace LogConsole.Tests.Patterns;

public sealed class DrainTreeTests
{
    [Fact]
    public void Mine_LinesThatDifferInAWord_ShareATemplateWithASlot() =>
        Assert.Equal(
            ["payment for <*> was declined by the bank", "payment for <*> was declined by the bank", "cache is warm"],
            MiningHarness.TextsOf("payment for ada was declined by the bank", "payment for bob was declined by the bank", "cache is warm"));

    [Fact]
    public void Mine_LinesOfDifferentLength_HaveDifferentTemplates() =>
        Assert.Equal(["disk is full", "disk is almost full"], MiningHarness.TextsOf("disk is full", "disk is almost full"));

    [Fact]
    public void Mine_BelowTheThreshold_StartsANewTemplate()
    {
        // 2 of 5 words agree, 0.6 asks for 3.
        string[] lines = ["request failed because upstream vanished", "request failed after three attempts"];
        Assert.Equal(lines, MiningHarness.TextsOf(lines));
    }

    [Fact]
    public void Mine_AtTheThreshold_Joins()
    {
        var texts = MiningHarness.TextsOf("request failed because upstream vanished", "request failed because three attempts");
        Assert.All(texts, text => Assert.Equal("request failed because <*> <*>", text));
    }

    [Fact]
    public void Mine_SlotsThatAgree_DoNotMakeWordsAgree()
    {
        // 5 of 7 tokens agree, but only 2 of 4 words.
        string[] lines = ["peer 1 at 10.0.0.7:80 x=1 joined today", "peer 3 at 10.0.0.8:80 x=2 left again"];
        Assert.Equal(2, MiningHarness.TextsOf(lines).Distinct().Count());
    }

    [Fact]
    public void Mine_MostSimilarTemplateWins()
    {
        var harness = new MiningHarness();
        var ids = harness.Commit(
            "job run alpha beta gamma delta",
            "job run red green blue white",
            "job run red green blue black");
        Assert.Equal(ids[1], ids[2]);
        Assert.NotEqual(ids[0], ids[1]);
    }

    [Fact]
    public void Mine_ValuesOfDifferentKinds_ShareASlot()
    {
        var harness = new MiningHarness();
        var ids = harness.Commit("peer 10.0.0.7 left", "peer 4711 left", "peer 6f1c2d3e-0a1b-4c5d-8e9f-a0b1c2d3e4f5 left");
        Assert.Single(ids.Distinct());
        Assert.Equal("peer <*> left", harness.Text(ids[0]));
    }

    [Fact]
    public void Mine_MoreFirstWordsThanChildren_OverflowSharesTheWildcardChild()
    {
        var harness = new MiningHarness(new DrainOptions { MaxChildren = 2 });
        var ids = harness.Commit("ada has signed in today", "bob has signed in today", "cyd has signed in today", "dan has signed in today");
        Assert.Equal(3, ids.Distinct().Count());
        Assert.Equal(ids[2], ids[3]);
        Assert.Equal("<*> has signed in today", harness.Text(ids[3]));
    }

    [Fact]
    public void Mine_ListsOfIds_AgreeWhateverTheirLength() =>
        Assert.All(
            MiningHarness.TextsOf("deleting blk_1", "deleting blk_2 blk_-3 blk_4", "deleting blk_5 blk_6"),
            text => Assert.Equal("deleting blk_<*>", text));

    [Fact]
    public void Mine_MessageOfSeveralLines_IsMinedByItsFirstLine() =>
        Assert.All(
            MiningHarness.TextsOf("Unhandled exception: boom\n  at A.B()\n  at C.D()", "Unhandled exception: boom\r\n  at X.Y()"),
            text => Assert.Equal("Unhandled exception: boom <*>", text));

    [Fact]
    public void Mine_PayloadThatStartsWithABrace_LooksFurther() =>
        Assert.Equal(
            ["{ \"error\": \"full\", <*>", "{ \"state\": \"idle\" }"],
            MiningHarness.TextsOf("{\n \"error\": \"full\",\n \"disk\": \"sda\"\n}", "{\n \"state\": \"idle\" }\n"));

    [Fact]
    public void Clone_ChangedAfterwards_LeavesTheOriginal()
    {
        var options = new DrainOptions();
        var tokenizer = new LineTokenizer(options);
        var tree = new DrainTree(options);
        tree.Add(1, tokenizer.Intern("one two three"u8, tree.Tokens));
        var copy = tree.Clone();
        copy.Widen(0, tokenizer.Find("one two four"u8, copy.Tokens));
        copy.Add(2, tokenizer.Intern("quite another line"u8, copy.Tokens));

        Assert.Equal("one two three", TemplateCodec.ToText(tree.Clusters[0].Tokens, tree.Tokens));
        Assert.Equal(1, tree.Count);
        Assert.Null(tree.Match(tokenizer.Find("quite another line"u8, tree.Tokens), out _, out _));
        Assert.Equal("one two <*>", TemplateCodec.ToText(copy.Clusters[0].Tokens, copy.Tokens));
        Assert.Equal(2, copy.Count);
    }

    [Fact]
    public void Keep_SomeTemplates_MatchesTheirLinesOnly()
    {
        var options = new DrainOptions { MaxChildren = 2 };
        var tokenizer = new LineTokenizer(options);
        var tree = new DrainTree(options);
        string[] lines = ["ada is here", "bob is there", "cyd went home", "dan came late"];
        for (var i = 0; i < lines.Length; i++)
        {
            tree.Add(i, tokenizer.Intern(System.Text.Encoding.UTF8.GetBytes(lines[i]), tree.Tokens));
        }

        var kept = tree.Keep(cluster => cluster.Id is 0 or 3);

        Assert.Equal(2, kept.Count);
        Assert.Equal(6, kept.Tokens.Count);
        Assert.Equal(0, kept.Match(tokenizer.Find("ada is here"u8, kept.Tokens), out _, out _)?.Id);
        Assert.Equal(3, kept.Match(tokenizer.Find("dan came late"u8, kept.Tokens), out _, out _)?.Id);
        Assert.Null(kept.Match(tokenizer.Find("cyd went home"u8, kept.Tokens), out _, out _));
    }

    [Fact]
    public void Match_WarmLines_AllocateNothing()
    {
        var options = new DrainOptions();
        var service = new ServiceMining(new DrainTree(options));
        var tokenizer = new LineTokenizer(options);
        byte[][] lines =
        [
            .. Enumerable.Range(0, 200).Select(i => System.Text.Encoding.UTF8.GetBytes(
                $"Accepted connection from 10.1.2.{i} port {i * 7} user=u{i} session 6f1c2d3e-0a1b-4c5d-8e9f-a0b1c2d3e{i:000} /srv/www/{i}.html blk_{i} blk_{i + 1}")),
            "plain words only, nothing to mask"u8.ToArray(),
        ];
        for (var round = 0; round < 3; round++)
        {
            AssignAll();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        AssignAll();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void AssignAll()
        {
            for (var i = 0; i < lines.Length; i++)
            {
                service.Assign(i, lines[i], default, tokenizer, -1 - i);
            }
        }
    }
}
