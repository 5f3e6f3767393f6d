using LogConsole.Ingestion;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.Options;

namespace LogConsole.Tests.Ingestion;

public sealed class IngestionQueueTests
{
    [Fact]
    public async Task Release_OfADeliveryWhoseSourceHasEmptiedIt_GivesAllItsRoomBack()
    {
        var queue = new IngestionQueue(Options.Create(new IngestionOptions()), new FakeTimeProvider());
        var records = new List<LogRecord> { Some.LogRecord("one"), Some.LogRecord("two") };
        var delivery = new Delivery { Source = "test", Records = records, SizeBytes = 100 };
        Assert.Equal(EnqueueResult.Accepted, await queue.EnqueueAsync(delivery, TestContext.Current.CancellationToken));
        Assert.Equal((2L, 100L, 0), queue.Level);

        Assert.True(queue.TryTake(out var taken));
        records.Clear();
        queue.Release(taken);

        Assert.Equal((0L, 0L, 0), queue.Level);
    }
}
