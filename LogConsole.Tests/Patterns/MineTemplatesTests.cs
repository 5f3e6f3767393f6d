using LogConsole.Patterns;
using LogConsole.Pipeline;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogConsole.Tests.Patterns;

public sealed class MineTemplatesTests
{
    private static readonly (string, string)[] s_mixed =
    [
        ("shop", "order 1 placed"), ("mail", "sent to ada@example.org"), ("shop", "cart is empty"), ("auth", "login of ada failed"),
        ("mail", "sent to bob@example.org"), ("shop", "order 2 placed"), ("auth", "login of bob failed"), ("cron", "job a done"), ("shop", "cart is full"),
    ];

    [Fact]
    public void Process_BeforeTheCommit_NewTemplatesAreNegative()
    {
        var harness = new MiningHarness();
        var batch = MiningHarness.Batch(s_mixed);
        harness.Process(batch, lanes: 3);
        Assert.All(batch.TemplateIds, id => Assert.True(id < 0));
        Assert.Equal(batch.TemplateIds[0], batch.TemplateIds[5]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Process_AnyNumberOfLanes_GivesIdsInOrderOfFirstAppearance(int lanes)
    {
        var harness = new MiningHarness();
        Assert.Equal([1, 2, 3, 4, 2, 1, 4, 5, 3], harness.Commit(MiningHarness.Batch(s_mixed), lanes));
        Assert.Equal("cart is <*>", harness.Text(3));
        Assert.Equal("login of <*> failed", harness.Text(4));
    }

    [Fact]
    public void Process_ServicesAlike_HaveTemplatesOfTheirOwn()
    {
        var harness = new MiningHarness();
        var ids = harness.Commit(MiningHarness.Batch(("a", "started"), ("b", "started")));
        Assert.NotEqual(ids[0], ids[1]);
    }

    [Fact]
    public void Process_ServiceOrderAmongThemselves_DoesNotChangeGroups()
    {
        // Per service the order is the same; between services it is not.
        var interleaved = new MiningHarness();
        var first = interleaved.Commit(MiningHarness.Batch(s_mixed));
        var sorted = s_mixed.Select((record, index) => (record, index)).OrderBy(pair => pair.record.Item1, StringComparer.Ordinal).ToList();
        var grouped = new MiningHarness();
        var second = grouped.Commit(MiningHarness.Batch([.. sorted.Select(pair => pair.record)]));
        Assert.Equal(
            sorted.Select(pair => interleaved.Text(first[pair.index])),
            second.Select(grouped.Text));
    }

    [Fact]
    public void Drop_Attempt_LeavesNoTrace()
    {
        var disturbed = new MiningHarness();
        var calm = new MiningHarness();
        disturbed.Commit("user ada logged in", "cache is cold");
        calm.Commit("user ada logged in", "cache is cold");

        // Attempts that are rolled back or probed: new templates, new services, a template widened.
        var doomed = MiningHarness.Batch(("shop", "user bob logged in"), ("shop", "quite new"), ("shop", "cache is lost"), ("other", "x y z"));
        var before = disturbed.Miner.Tree(1);
        disturbed.Process(doomed, lanes: 2);
        disturbed.Process(doomed.Slice(1, 2));

        Assert.Same(before, disturbed.Miner.Tree(1));
        Assert.Equal(2, disturbed.Miner.Catalog.Count);
        Assert.Equal("user ada logged in", disturbed.Text(1));
        var next = MiningHarness.Batch("shop", ["cache is warm", "something else", "user bob logged in", "quite new"]);
        Assert.Equal(calm.Commit(MiningHarness.Batch("shop", ["cache is warm", "something else", "user bob logged in", "quite new"])), disturbed.Commit(next));
        Assert.Equal(
            calm.Miner.Catalog.Snapshot().OrderBy(template => template.Id),
            disturbed.Miner.Catalog.Snapshot().OrderBy(template => template.Id));
    }

    [Fact]
    public void Commit_OneBatchOrMany_GivesTheSame()
    {
        var lines = Enumerable.Range(0, 400).Select(i => (Service: $"s{i % 5}", Message: Line(i))).ToArray();
        var whole = new MiningHarness();
        var once = whole.Commit(MiningHarness.Batch(lines), lanes: 3);
        var pieces = new MiningHarness();
        var often = lines.Chunk(7).SelectMany(chunk => pieces.Commit(MiningHarness.Batch(chunk), lanes: 2)).ToArray();
        Assert.Equal(once, often);
        Assert.Equal(
            whole.Miner.Catalog.Snapshot().Select(template => (template.Id, template.Text, template.Count)).Order(),
            pieces.Miner.Catalog.Snapshot().Select(template => (template.Id, template.Text, template.Count)).Order());

        static string Line(int i) => (i % 7) switch
        {
            0 => $"request {i} took {i}ms",
            1 => $"user u{(char)('a' + (i % 26))} signed in",
            2 => $"retry {i % 3} of 3 for job {(char)('a' + (i % 9))}",
            _ => $"state is {(char)('a' + (i % 11))} now and then",
        };
    }

    [Fact]
    public void Apply_CountsAndTimes_ReachTheCatalogue()
    {
        var harness = new MiningHarness();
        harness.Commit(MiningHarness.Batch(1_000_000, ("shop", "tick"), ("shop", "tick")));
        harness.Commit(MiningHarness.Batch(0, ("shop", "tick")));
        Assert.True(harness.Miner.Catalog.TryGet(1, out var template));
        Assert.Equal(
            new LogTemplate(1, 1, "tick", 3, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddMicroseconds(1_000_001)),
            template);
    }

    [Fact]
    public void Begin_BeforeStoredTemplatesWereLoaded_Throws()
    {
        var miner = new TemplateMiner(new DrainOptions(), new TemplateCatalog(), NullLogger<TemplateMiner>.Instance);
        var stage = new MineTemplates(miner, new FakeTimeProvider());
        Assert.Throws<InvalidOperationException>(() => stage.Begin(LogBatch.Of([]), 1));
    }
}
