using LogConsole.Ingestion.Formats;

namespace LogConsole.Ingestion.Http;

/// <summary>
/// The memory and the claim of one request. It belongs to the request until the queue takes its delivery; then until that is settled,
/// however long its sender waits.
/// </summary>
internal sealed class IngestWork(BodyReader reader) : IDisposable
{
    private bool _isHandedOver;

    public ReceivedBody Body { get; } = new();

    public BodyReservation Reservation { get; } = new();

    public RecordArena Arena { get; } = new();

    public ParsedBody? Parsed { get; set; }

    /// <summary>The claim on its key, when it has one.</summary>
    public InFlightRequest? InFlight { get; set; }

    public InFlightRequests? InFlightRequests { get; set; }

    public long SizeBytes => Body.Capacity + Arena.SizeBytes;

    /// <summary>The queue took the delivery: everything is given back when it is settled, and not before.</summary>
    /// <returns>The outcome, when <paramref name="settled"/> has run and the memory is given back; never faults.</returns>
    public async Task<DeliveryOutcome> KeepUntilSettledAsync(Delivery delivery, Action<DeliveryOutcome> settled)
    {
        _isHandedOver = true;
        reader.Release(Reservation);
        InFlight?.Records = delivery.Records.Count;
        var outcome = await delivery.Settled.ConfigureAwait(false);
        settled(outcome);
        GiveBack(outcome.Status is DeliveryStatus.Committed or DeliveryStatus.Duplicate);
        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isHandedOver)
        {
            reader.Release(Reservation);
            GiveBack(isDurable: false);
        }
    }

    private void GiveBack(bool isDurable)
    {
        if (InFlight is not null)
        {
            InFlightRequests!.End(InFlight, isDurable);
        }

        Body.Dispose();
        Arena.Dispose();
    }
}
