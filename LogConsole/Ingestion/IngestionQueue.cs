using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion;

/// <summary>What came of offering a delivery to the queue.</summary>
public enum EnqueueResult
{
    /// <summary>It is in the queue; await <see cref="Delivery.Settled"/>.</summary>
    Accepted,

    /// <summary>The queue stayed full for the whole patience; nothing was kept.</summary>
    Full,

    /// <summary>The console is stopping; nothing was kept.</summary>
    Stopping,
}

/// <summary>
/// The only door from the sources to the pipeline: one channel, bounded in records and bytes (<see cref="IngestionOptions"/>).
/// A full queue makes sources wait for their patience; then they tell their senders. Many writers, one reader (the pipeline loop).
/// </summary>
public sealed class IngestionQueue
{
    private readonly Channel<Delivery> _channel = Channel.CreateUnbounded<Delivery>(new UnboundedChannelOptions { SingleReader = true });
    private readonly WeightedGate _gate;
    private readonly IngestionOptions _options;
    private readonly TimeProvider _time;

    public IngestionQueue(IOptions<IngestionOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _gate = new WeightedGate(_options.QueueRecords, _options.QueueBytes);
    }

    /// <summary>Records, bytes and sources waiting at the door, now.</summary>
    public (long Records, long Bytes, int Waiting) Level => _gate.Level;

    /// <summary>Offers a delivery, waiting at most <see cref="IngestionOptions.QueuePatience"/> for room.</summary>
    public async ValueTask<EnqueueResult> EnqueueAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (_channel.Reader.Completion.IsCompleted)
        {
            return EnqueueResult.Stopping;
        }

        delivery.QueuedRecords = delivery.Records.Count;
        if (!await _gate.EnterAsync(delivery.QueuedRecords, delivery.SizeBytes, _options.QueuePatience, _time, cancellationToken).ConfigureAwait(false))
        {
            return EnqueueResult.Full;
        }

        delivery.ReceivedAt = _time.GetUtcNow();
        if (_channel.Writer.TryWrite(delivery))
        {
            return EnqueueResult.Accepted;
        }

        _gate.Leave(delivery.QueuedRecords, delivery.SizeBytes);
        return EnqueueResult.Stopping;
    }

    /// <summary>Waits until there is something to take; false when the queue is completed and empty.</summary>
    public ValueTask<bool> WaitToTakeAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next delivery. Its weight stays on the gate until <see cref="Release"/>.</summary>
    public bool TryTake([NotNullWhen(true)] out Delivery? delivery) => _channel.Reader.TryRead(out delivery);

    /// <summary>Looks at the next delivery without taking it.</summary>
    public bool TryPeek([NotNullWhen(true)] out Delivery? delivery) => _channel.Reader.TryPeek(out delivery);

    /// <summary>Gives a settled delivery's room back.</summary>
    public void Release(Delivery delivery) => _gate.Leave(delivery.QueuedRecords, delivery.SizeBytes);

    /// <summary>No more deliveries: the first step of stopping. Later offers answer <see cref="EnqueueResult.Stopping"/>.</summary>
    public void Complete() => _channel.Writer.TryComplete();
}
