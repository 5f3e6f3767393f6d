using LogConsole.Live;

namespace LogConsole.Tests.Live;

public sealed class LiveFeedTests
{
    [Fact]
    public void Publish_ReachesEverySubscription_InOrder()
    {
        var feed = new LiveFeed<int>();
        using var first = feed.Subscribe(8);
        using var second = feed.Subscribe(8);

        feed.Publish(1);
        feed.Publish(2);

        Assert.Equal([1, 2], first.TakeAll());
        Assert.Equal([1, 2], second.TakeAll());
        Assert.Equal(2, feed.Published);
    }

    [Fact]
    public void Publish_BufferFull_DropsOldestAndCountsIt()
    {
        var feed = new LiveFeed<int>();
        using var slow = feed.Subscribe(3);
        using var quick = feed.Subscribe(10);

        for (var i = 1; i <= 5; i++)
        {
            feed.Publish(i);
        }

        Assert.Equal([3, 4, 5], slow.TakeAll());
        Assert.Equal(2, slow.Dropped);
        Assert.Equal(0, quick.Dropped);
        Assert.Equal(2, feed.Dropped);
    }

    [Fact]
    public void Publish_FilterRefuses_ValueIsNeitherKeptNorCountedAsDropped()
    {
        var feed = new LiveFeed<int>();
        using var even = feed.Subscribe(1, value => value % 2 == 0);

        feed.Publish(1);
        feed.Publish(2);
        feed.Publish(3);

        Assert.Equal([2], even.TakeAll());
        Assert.Equal(0, even.Dropped);
    }

    [Fact]
    public async Task Dispose_EndsTheReading_AfterWhatWaits()
    {
        var feed = new LiveFeed<int>();
        var subscription = feed.Subscribe(4);
        feed.Publish(1);

        subscription.Dispose();
        feed.Publish(2);

        Assert.Equal(0, feed.SubscriberCount);
        Assert.True(await subscription.WaitAsync(TestContext.Current.CancellationToken));
        Assert.True(subscription.TryTake(out var value));
        Assert.Equal(1, value);
        Assert.False(await subscription.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Publish_FromManyThreads_EveryValueIsTakenOrCounted()
    {
        var feed = new LiveFeed<int>();
        using var subscription = feed.Subscribe(16);
        const int publishers = 4;
        const int each = 2_000;

        var publishing = Task.WhenAll(Enumerable.Range(0, publishers).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
            {
                feed.Publish(i);
            }
        })));
        var taken = 0;
        while (!publishing.IsCompleted)
        {
            taken += subscription.TakeAll().Count;
        }

        await publishing;
        taken += subscription.TakeAll().Count;

        Assert.Equal(publishers * each, taken + subscription.Dropped);
        Assert.Equal(subscription.Dropped, feed.Dropped);
    }
}
