using System.Collections.Concurrent;

namespace LogConsole.Ingestion.Http;

/// <summary>A recognisable request of this instance whose fate is not known yet.</summary>
/// <param name="Identity">Its key and body.</param>
internal sealed record InFlightRequest(RequestIdentity Identity)
{
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many records it carries.</summary>
    public int Records { get; set; }

    /// <summary>True once its records are durable; false when it was given up, so that a repeat must try itself.</summary>
    public Task<bool> Ended => _ended.Task;

    public void End(bool isDurable) => _ended.TrySetResult(isDurable);
}

/// <summary>
/// The requests being worked on, by owner and key: a repeat that overtakes its original waits for it instead of entering the queue as well.
/// Bounded by the requests and deliveries in flight. Thread-safe.
/// </summary>
internal sealed class InFlightRequests
{
    private readonly ConcurrentDictionary<(string Owner, string Key), InFlightRequest> _requests = new();

    /// <summary>Enters the request, or finds the one that is there already.</summary>
    /// <returns>The caller's own request when it was entered; then <see cref="End"/> must follow.</returns>
    public InFlightRequest GetOrBegin(InFlightRequest request) =>
        _requests.GetOrAdd((request.Identity.Owner, request.Identity.Key), request);

    /// <summary>The request's fate is known; who waits for it goes on.</summary>
    public void End(InFlightRequest request, bool isDurable)
    {
        _requests.TryRemove(KeyValuePair.Create((request.Identity.Owner, request.Identity.Key), request));
        request.End(isDurable);
    }
}
