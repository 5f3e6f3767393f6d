using System.Collections.Immutable;

namespace LogConsole.Live;

/// <summary>
/// Fans values out to any number of subscriptions, each with its own bounded buffer. Publishing never waits and never throws:
/// a subscription that does not keep up loses its oldest values, and both it and the feed count them. Thread-safe.
/// </summary>
/// <typeparam name="T">Immutable: every subscriber gets the same instance.</typeparam>
public sealed class LiveFeed<T>
{
    private ImmutableArray<Subscription<T>> _subscriptions = [];
    private long _published;
    private long _dropped;

    /// <summary>Open subscriptions.</summary>
    public int SubscriberCount => _subscriptions.Length;

    /// <summary>Values published since the start, whether or not anybody listened.</summary>
    public long Published => Interlocked.Read(ref _published);

    /// <summary>Values lost by slow subscribers since the start, over all of them, closed ones included.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>
    /// Starts listening. Subscribe before reading a snapshot, then skip what the snapshot already holds: so nothing falls between the two.
    /// </summary>
    /// <param name="capacity">Values kept for a reader that is behind; at least 1.</param>
    /// <param name="filter">Values that concern this subscriber, or null for all. Runs on the publisher's thread: quick, and does not throw.</param>
    public Subscription<T> Subscribe(int capacity, Func<T, bool>? filter = null)
    {
        var subscription = new Subscription<T>(capacity, filter, CountDrop, Remove);
        ImmutableInterlocked.Update(ref _subscriptions, static (all, one) => all.Add(one), subscription);
        return subscription;
    }

    /// <summary>Hands a value to every subscription whose filter wants it.</summary>
    public void Publish(T value)
    {
        Interlocked.Increment(ref _published);
        foreach (var subscription in _subscriptions)
        {
            subscription.Offer(value);
        }
    }

    private void CountDrop() => Interlocked.Increment(ref _dropped);

    private void Remove(Subscription<T> subscription) =>
        ImmutableInterlocked.Update(ref _subscriptions, static (all, one) => all.Remove(one), subscription);
}
