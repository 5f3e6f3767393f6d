using System.Security.Cryptography;
using System.Text;
using LogConsole.Access;
using LogConsole.Ingestion.Formats;
using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Ingestion.Http;

/// <summary>
/// What all doors for requests have in common: a request is answered as taken only when every record of it is durable, or is known to be from before.
/// How its body is read and its answers are written is the door's own (<see cref="DoorRequest"/>).
/// </summary>
internal sealed partial class RequestReceiver(
    IngestionQueue queue,
    IngestGate gate,
    BodyReader bodies,
    InFlightRequests inFlight,
    IRequestIdentityStore identities,
    Database database,
    IngestionCounters counters,
    IOptions<HttpIngestionOptions> options,
    TimeProvider time,
    ILogger<RequestReceiver> logger)
{
    private static readonly TimeSpan s_keyLifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan s_bodyLifetime = TimeSpan.FromHours(1);

    /// <summary>Handles one request.</summary>
    public async Task<IResult> HandleAsync(HttpContext context, DoorRequest request)
    {
        if (database.Status is { IsReady: false } status)
        {
            return Refuse(context, request, IngestRefusal.Away("database_away", $"The database is not available: {status.Reason}."));
        }

        if (gate.Reason is { } held)
        {
            return Refuse(context, request, IngestRefusal.Away("paused", $"{held}; nothing of this request was kept."));
        }

        using var work = new IngestWork(bodies);
        var refusal = await bodies.ReadAsync(context.Request, request.Coding, work.Body, work.Reservation, context.RequestAborted).ConfigureAwait(false);
        if (refusal is not null)
        {
            return Refuse(context, request, refusal);
        }

        counters.Received(request.Door, work.Body.Length);
        var owner = AccessUser.NameOf(context.User);
        var hash = HashOf(request, work.Body.Bytes.Span);
        if (request.Key is { } key)
        {
            return await OnceAsync(context, work, request, new RequestIdentity(owner, key, hash, s_keyLifetime)).ConfigureAwait(false);
        }

        if ((refusal = await ParseAsync(context, work, request).ConfigureAwait(false)) is not null)
        {
            return Refuse(context, request, refusal);
        }

        return work.Parsed is { AllTimestamped: true, Records.Count: > 0 }
            ? await OnceAsync(context, work, request, new RequestIdentity(owner, $"sha256:{Convert.ToHexStringLower(hash)}", hash, s_bodyLifetime)).ConfigureAwait(false)
            : await DeliverAsync(context, work, request, null).ConfigureAwait(false);
    }

    // A repeat waits for its original, or is found in the table; only a new request goes on.
    private async Task<IResult> OnceAsync(HttpContext context, IngestWork work, DoorRequest request, RequestIdentity identity)
    {
        var mine = new InFlightRequest(identity);
        while (inFlight.GetOrBegin(mine) is var first && first != mine)
        {
            if (!IsSameBody(first.Identity.BodyHash, identity))
            {
                return Refuse(context, request, IngestRefusal.KeyReused(first.Records));
            }

            try
            {
                if (await first.Ended.WaitAsync(options.Value.AcknowledgeTimeout, time, context.RequestAborted).ConfigureAwait(false))
                {
                    return await DuplicateAsync(context, first.Records, work, request).ConfigureAwait(false);
                }
            }
            catch (TimeoutException)
            {
                return Refuse(context, request, NotSettled(RetryOf(identity, request)));
            }
        }

        work.InFlight = mine;
        work.InFlightRequests = inFlight;
        try
        {
            if (await FindAsync(identity, context.RequestAborted).ConfigureAwait(false) is { } known)
            {
                return IsSameBody(known.BodyHash, identity)
                    ? await DuplicateAsync(context, known.Records, work, request).ConfigureAwait(false)
                    : Refuse(context, request, IngestRefusal.KeyReused(known.Records));
            }
        }
        catch (Exception e) when (e is NpgsqlException or DatabaseUnavailableException or TimeoutException)
        {
            LogLookUpFailed(logger, e.Message);
            return Refuse(context, request, IngestRefusal.Away("database_away", "The database cannot be reached."));
        }

        return work.Parsed is null && await ParseAsync(context, work, request).ConfigureAwait(false) is { } refusal
            ? Refuse(context, request, refusal)
            : await DeliverAsync(context, work, request, identity).ConfigureAwait(false);
    }

    private async Task<IResult> DeliverAsync(HttpContext context, IngestWork work, DoorRequest request, RequestIdentity? identity)
    {
        var parsed = work.Parsed!;
        if (parsed.Records.Count == 0)
        {
            CountRejected(request, parsed);
            return request.Reply(context, parsed, new DeliveryOutcome(DeliveryStatus.Committed, 0, 0, 0, []));
        }

        var owner = AccessUser.NameOf(context.User);
        var delivery = new Delivery
        {
            Source = owner == AccessUser.Local ? request.Door : $"{request.Door}:{owner}",
            Records = parsed.Records,
            SizeBytes = work.SizeBytes,
            Identity = identity,
        };
        switch (await queue.EnqueueAsync(delivery, context.RequestAborted).ConfigureAwait(false))
        {
            case EnqueueResult.Full:
                return Refuse(context, request, IngestRefusal.QueueFull("The queue is full; nothing of this request was kept."));
            case EnqueueResult.Stopping:
                return Refuse(context, request, IngestRefusal.Away("stopping", "The console is stopping; nothing of this request was kept."));
        }

        var kept = work.KeepUntilSettledAsync(delivery, outcome => Count(request, parsed, outcome));
        try
        {
            var outcome = await kept.WaitAsync(options.Value.AcknowledgeTimeout, time, context.RequestAborted).ConfigureAwait(false);
            return outcome.Status switch
            {
                DeliveryStatus.Committed => request.Reply(context, parsed, outcome),
                DeliveryStatus.Duplicate => await AfterDuplicateAsync(context, request, identity!, parsed).ConfigureAwait(false),
                _ => Refuse(context, request, IngestRefusal.Away(
                    "stopping", $"The console is stopping. The records may still be stored; {RetryOf(identity, request)}.")),
            };
        }
        catch (TimeoutException)
        {
            return Refuse(context, request, NotSettled(RetryOf(identity, request)));
        }
    }

    // Broken lines are counted with the outcome of the others: whoever is told to come back sends them again.
    private void Count(DoorRequest request, ParsedBody parsed, DeliveryOutcome outcome)
    {
        counters.Settled(request.Door, outcome);
        if (outcome.Status == DeliveryStatus.Committed)
        {
            CountRejected(request, parsed);
        }
    }

    private void CountRejected(DoorRequest request, ParsedBody parsed) => counters.Rejected(request.Door, "not_json", parsed.Rejected);

    // Another instance committed the key first, between our look and our commit; perhaps with another body.
    private async Task<IResult> AfterDuplicateAsync(HttpContext context, DoorRequest request, RequestIdentity identity, ParsedBody parsed)
    {
        try
        {
            var known = await FindAsync(identity, context.RequestAborted).ConfigureAwait(false);
            return known is null || IsSameBody(known.BodyHash, identity)
                ? request.Reply(context, null, DeliveryOutcome.Duplicate(known?.Records ?? parsed.Records.Count))
                : Refuse(context, request, IngestRefusal.KeyReused(known.Records));
        }
        catch (Exception e) when (e is NpgsqlException or DatabaseUnavailableException or TimeoutException)
        {
            LogLookUpFailed(logger, e.Message);
            return Refuse(context, request, IngestRefusal.Away("database_away", "The database cannot be reached."));
        }
    }

    // A database that hangs is as good as one that is away: the sender is told in its time, not in that of a database command.
    // The look-up itself is left to end by itself, because cancelling it would wait for the same server.
    private Task<KnownRequest?> FindAsync(RequestIdentity identity, CancellationToken aborted) =>
        identities.FindAsync(identity.Owner, identity.Key, CancellationToken.None).AsTask().WaitAsync(options.Value.AcknowledgeTimeout, time, aborted);

    private async ValueTask<IngestRefusal?> ParseAsync(HttpContext context, IngestWork work, DoorRequest request)
    {
        if (await bodies.ReserveRecordsAsync(work.Body.Length, request.MostRecords(work.Body.Bytes.Span), work.Reservation, context.RequestAborted).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        work.Parsed = request.Read(work.Body.Bytes, work.Arena, AccessUser.NameOf(context.User));
        return work.Parsed.Fault switch
        {
            null => null,
            { IsTooLarge: true } fault => IngestRefusal.TooLarge($"Nothing was stored: {fault.Reason}."),
            var fault => IngestRefusal.BadRequest("bad_body", $"Nothing was stored: {fault.Reason}.") with { Errors = work.Parsed.Errors },
        };
    }

    private IngestRefusal NotSettled(string retry) => IngestRefusal.Away(
        "not_settled",
        database.Status is { IsReady: false } status
            ? $"The database is not available ({status.Reason}). The records may still be stored; {retry}."
            : $"The records are not durable yet and may still be stored; {retry}.");

    private static string RetryOf(RequestIdentity? identity, DoorRequest request) =>
        request.Key is not null ? "a retry with the same Idempotency-Key is safe"
        : identity is not null ? "a retry with the same body is recognised for an hour"
        : "a retry may store them twice: without an Idempotency-Key, or a timestamp in every record, it is not recognised";

    // The first answer may have been lost, so the lines it rejected are told again.
    private async ValueTask<IResult> DuplicateAsync(HttpContext context, int count, IngestWork work, DoorRequest request)
    {
        counters.Duplicate(request.Door, count);
        var isRead = work.Parsed is not null || await ParseAsync(context, work, request).ConfigureAwait(false) is null;
        return request.Reply(context, isRead ? work.Parsed : null, DeliveryOutcome.Duplicate(count));
    }

    /// <summary>Counts and tells why a request is not taken.</summary>
    public IResult Refuse(HttpContext context, DoorRequest request, IngestRefusal refusal)
    {
        counters.Refused(request.Door, refusal.Reason);
        return request.Refuse(context, refusal);
    }

    private static bool IsSameBody(ReadOnlyMemory<byte> hash, RequestIdentity identity) => hash.Span.SequenceEqual(identity.BodyHash.Span);

    // What steers the reading belongs to the body: the same bytes read in another way are another request.
    private static byte[] HashOf(DoorRequest request, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(request.ReadingOf(body)));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Warning, Message = "An ingest request was put off: its Idempotency-Key could not be looked up ({Reason}).")]
    private static partial void LogLookUpFailed(ILogger logger, string reason);
}
