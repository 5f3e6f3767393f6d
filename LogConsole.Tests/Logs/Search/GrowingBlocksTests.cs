using LogConsole.Logs.Search;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Logs.Search;

public sealed class GrowingBlocksTests
{
    private readonly GrowingBlocks _blocks = new();
    private long _id;

    [Fact]
    public void RowsNearEachOther_ShareABlock_FarOnesDoNot()
    {
        Add(Some.Time, Some.Time.AddMinutes(9), Some.Time.AddMinutes(-9), Some.Time.AddHours(5), Some.Time.AddMinutes(3));

        Assert.Equal([(1, 4), (4, 1)], Touched());
        Assert.Empty(_blocks.Changes.Ended);
    }

    [Fact]
    public void FullBlock_Ends_AndTheNextRowBeginsAnother()
    {
        Add([.. Enumerable.Repeat(Some.Time, SearchBlock.MaxRows + 1)]);

        Assert.Equal([(SearchBlock.MaxRows + 1, 1)], Touched());
        Assert.Equal((1L, SearchBlock.MaxRows), Assert.Single(_blocks.Changes.Ended) is var ended ? (ended.Id, ended.Rows) : default);
    }

    [Fact]
    public void NoRoom_TheBlockUnusedLongestEnds_IfItIsWorthAFilter()
    {
        for (var hour = 0; hour < GrowingBlocks.Most; hour++)
        {
            Add([.. Enumerable.Repeat(Some.Time.AddHours(hour), GrowingBlocks.WorthAFilter)]);
        }

        Add(Some.Time, Some.Time.AddHours(9));

        Assert.Equal(Some.Time.AddHours(1), Assert.Single(_blocks.Changes.Ended).From.ToDateTimeOffset());
    }

    [Fact]
    public void NoRoom_AndAllBlocksSmall_TheNearestTakesTheRow()
    {
        Add([.. Enumerable.Range(0, GrowingBlocks.Most).Select(hour => Some.Time.AddHours(hour))]);
        Add(Some.Time.AddHours(2.6));

        Assert.Empty(_blocks.Changes.Ended);
        Assert.Equal([(1, 1), (2, 1), (3, 1), (4, 2)], Touched());
    }

    [Fact]
    public void TimesInNoOrder_DoNotMakeABlockARow()
    {
        var random = new Random(5);
        for (var i = 0; i < 10_000; i++)
        {
            Add(Some.Time.AddMinutes(random.Next(500_000)));
        }

        Assert.InRange(_blocks.Changes.Ended.Count, 0, 10_000 / GrowingBlocks.WorthAFilter);
        Assert.Equal(10_000, _blocks.Changes.Ended.Sum(block => block.Rows) + _blocks.Changes.Touched.Sum(block => block.Rows));
    }

    [Fact]
    public void Begin_TellsOnlyWhatTheBatchTouches_ClearStartsAnew()
    {
        Add(Some.Time, Some.Time.AddHours(5));
        _blocks.Begin();
        Add(Some.Time);
        Assert.Equal([(1, 2)], Touched());

        _blocks.Begin();
        _blocks.Clear();
        Add(Some.Time);
        Assert.Equal([(4, 1)], Touched());
    }

    private void Add(params DateTimeOffset[] times)
    {
        foreach (var at in times)
        {
            _blocks.Add(++_id, Some.LogRecord("same words", at: at));
        }
    }

    private IEnumerable<(int Id, int Rows)> Touched() => _blocks.Changes.Touched.OrderBy(block => block.Id).Select(block => ((int)block.Id, block.Rows));
}
