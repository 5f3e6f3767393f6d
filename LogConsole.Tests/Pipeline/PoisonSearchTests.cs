using LogConsole.Pipeline;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Pipeline;

public sealed class PoisonSearchTests
{
    [Fact]
    public async Task Find_SomeOfMany_AreFoundInOrder_WithFewProbes()
    {
        var probes = 0;
        var found = await PoisonSearch.FindAsync(Batch(4_000), slice =>
        {
            probes++;
            return slice.Records.Any(record => record.Line is 7 or 2_000 or 4_000) ? throw new FormatException("no") : Task.CompletedTask;
        });

        Assert.Equal([7, 2_000, 4_000], found.Select(poison => poison.Record.Line));
        Assert.InRange(probes, 1, 3 * 2 * 13);
    }

    [Fact]
    public async Task Find_AllOfMany_GivesUpWholeStretches_SoThatTheLoopIsNotHeld()
    {
        var probes = 0;
        var found = await PoisonSearch.FindAsync(Batch(4_000), _ =>
        {
            probes++;
            throw new FormatException("no");
        });

        Assert.Equal(Enumerable.Range(1, 4_000), found.Select(poison => poison.Record.Line));
        Assert.InRange(probes, PoisonSearch.MaxFound, 2 * PoisonSearch.MaxFound + 50);
    }

    private static LogBatch Batch(int records) => LogBatch.Of([Some.Delivery([.. Enumerable.Range(1, records).Select(line => Some.LogRecord("x", line: line))])]);
}
