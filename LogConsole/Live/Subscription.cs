using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace LogConsole.Live;

/// <summary>One listener of a <see cref="LiveFeed{T}"/>. One reader at a time; disposing from any thread ends the reading.</summary>
public sealed class Subscription<T> : IDisposable
{
    private readonly Channel<T> _buffer;
    private readonly Func<T, bool>? _filter;
    private readonly Action<Subscription<T>> _remove;
    private long _dropped;

    internal Subscription(int capacity, Func<T, bool>? filter, Action countDrop, Action<Subscription<T>> remove)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _filter = filter;
        _remove = remove;

        // A full buffer drops its oldest value: a viewer wants the newest. TryWrite is then always true, so the losses
        // are only visible through the callback.
        _buffer = Channel.CreateBounded<T>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ =>
            {
                Interlocked.Increment(ref _dropped);
                countDrop();
            });
    }

    /// <summary>Values this subscription lost because its reader was behind.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Values waiting for the reader.</summary>
    public int Waiting => _buffer.Reader.Count;

    /// <summary>Waits until there is something to take; false once disposed and empty.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _buffer.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the oldest waiting value.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T value) => _buffer.Reader.TryRead(out value);

    /// <summary>Takes everything that waits, oldest first; may be empty.</summary>
    public IReadOnlyList<T> TakeAll()
    {
        var taken = new List<T>(_buffer.Reader.Count);
        while (_buffer.Reader.TryRead(out var value))
        {
            taken.Add(value);
        }

        return taken;
    }

    /// <summary>Stops listening. What waits can still be taken. May be called more than once.</summary>
    public void Dispose()
    {
        _remove(this);
        _buffer.Writer.TryComplete();
    }

    internal void Offer(T value)
    {
        if (_filter is null || _filter(value))
        {
            _buffer.Writer.TryWrite(value);
        }
    }
}
