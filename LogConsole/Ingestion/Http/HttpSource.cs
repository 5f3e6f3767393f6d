using System.Security.Cryptography;
using System.Text;
using LogConsole.Access;
using LogConsole.Ingestion.Formats;
using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Ingestion.Http;

/// <summary>
/// <c>POST /api/ingest</c>: answers 200 only when every record of the request is durable, or is known to be from before.
/// Whatever else happens is told as problem+json, and then a repeat with the same <c>Idempotency-Key</c> is safe.
/// </summary>
internal sealed partial class HttpSource(
    IngestionQueue queue,
    IngestGate gate,
    BodyReader bodies,
    HttpRecordReader records,
    InFlightRequests inFlight,
    IRequestIdentityStore identities,
    Database database,
    IngestionCounters counters,
    IOptions<HttpIngestionOptions> options,
    TimeProvider time,
    ILogger<HttpSource> logger)
{
    /// <summary>The door's name in counters and source names.</summary>
    public const string Door = "http";

    private static readonly TimeSpan s_keyLifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan s_bodyLifetime = TimeSpan.FromHours(1);
    private readonly SourceZone _defaultZone = SourceZone.TryParse(options.Value.DefaultZone, out var zone) ? zone : SourceZone.Utc;

    /// <summary>Handles one request.</summary>
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        if (!IngestRequest.TryRead(context.Request, _defaultZone, out var request, out var refusal))
        {
            return Refuse(context, refusal);
        }

        if (database.Status is { IsReady: false } status)
        {
            return Refuse(context, IngestRefusal.Away("database_away", $"The database is not available: {status.Reason}."));
        }

        if (gate.Reason is { } held)
        {
            return Refuse(context, IngestRefusal.Away("paused", $"{held}; nothing of this request was kept."));
        }

        using var work = new IngestWork(bodies);
        refusal = await bodies.ReadAsync(context.Request, request.Coding, work.Body, work.Reservation, context.RequestAborted).ConfigureAwait(false);
        if (refusal is not null)
        {
            return Refuse(context, refusal);
        }

        counters.Received(Door, work.Body.Length);
        var owner = AccessUser.NameOf(context.User);
        var hash = HashOf(request, work.Body.Bytes.Span);
        if (request.Key is { } key)
        {
            return await OnceAsync(context, work, request, new RequestIdentity(owner, key, hash, s_keyLifetime)).ConfigureAwait(false);
        }

        if ((refusal = await ParseAsync(context, work, request).ConfigureAwait(false)) is not null)
        {
            return Refuse(context, refusal);
        }

        return work.Parsed is { AllTimestamped: true, Records.Count: > 0 }
            ? await OnceAsync(context, work, request, new RequestIdentity(owner, $"sha256:{Convert.ToHexStringLower(hash)}", hash, s_bodyLifetime)).ConfigureAwait(false)
            : await DeliverAsync(context, work, request, null).ConfigureAwait(false);
    }

    // A repeat waits for its original, or is found in the table; only a new request goes on.
    private async Task<IResult> OnceAsync(HttpContext context, IngestWork work, IngestRequest request, RequestIdentity identity)
    {
        var mine = new InFlightRequest(identity);
        while (inFlight.GetOrBegin(mine) is var first && first != mine)
        {
            if (!IsSameBody(first.Identity.BodyHash, identity))
            {
                return Refuse(context, IngestRefusal.KeyReused(first.Records));
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
                return Refuse(context, NotSettled(RetryOf(identity, request)));
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
                    : Refuse(context, IngestRefusal.KeyReused(known.Records));
            }
        }
        catch (Exception e) when (e is NpgsqlException or DatabaseUnavailableException or TimeoutException)
        {
            LogLookUpFailed(logger, e.Message);
            return Refuse(context, IngestRefusal.Away("database_away", "The database cannot be reached."));
        }

        return work.Parsed is null && await ParseAsync(context, work, request).ConfigureAwait(false) is { } refusal
            ? Refuse(context, refusal)
            : await DeliverAsync(context, work, request, identity).ConfigureAwait(false);
    }

    private async Task<IResult> DeliverAsync(HttpContext context, IngestWork work, IngestRequest request, RequestIdentity? identity)
    {
        var parsed = work.Parsed!;
        if (parsed.Records.Count == 0)
        {
            CountRejected(parsed);
            return Reply(parsed, request, new DeliveryOutcome(DeliveryStatus.Committed, 0, 0, 0, []));
        }

        var owner = AccessUser.NameOf(context.User);
        var delivery = new Delivery
        {
            Source = owner == AccessUser.Local ? Door : $"{Door}:{owner}",
            Records = parsed.Records,
            SizeBytes = work.SizeBytes,
            Identity = identity,
        };
        switch (await queue.EnqueueAsync(delivery, context.RequestAborted).ConfigureAwait(false))
        {
            case EnqueueResult.Full:
                return Refuse(context, IngestRefusal.QueueFull("The queue is full; nothing of this request was kept."));
            case EnqueueResult.Stopping:
                return Refuse(context, IngestRefusal.Away("stopping", "The console is stopping; nothing of this request was kept."));
        }

        var kept = work.KeepUntilSettledAsync(delivery, outcome => Count(parsed, outcome));
        try
        {
            var outcome = await kept.WaitAsync(options.Value.AcknowledgeTimeout, time, context.RequestAborted).ConfigureAwait(false);
            return outcome.Status switch
            {
                DeliveryStatus.Committed => Reply(parsed, request, outcome),
                DeliveryStatus.Duplicate => await AfterDuplicateAsync(context, identity!, parsed.Records.Count).ConfigureAwait(false),
                _ => Refuse(context, IngestRefusal.Away(
                    "stopping", $"The console is stopping. The records may still be stored; {RetryOf(identity, request)}.")),
            };
        }
        catch (TimeoutException)
        {
            return Refuse(context, NotSettled(RetryOf(identity, request)));
        }
    }

    // Broken lines are counted with the outcome of the others: whoever is told to come back sends them again.
    private void Count(ParsedBody parsed, DeliveryOutcome outcome)
    {
        counters.Settled(Door, outcome);
        if (outcome.Status == DeliveryStatus.Committed)
        {
            CountRejected(parsed);
        }
    }

    private void CountRejected(ParsedBody parsed) => counters.Rejected(Door, "not_json", parsed.Rejected);

    // Another instance committed the key first, between our look and our commit; perhaps with another body.
    private async Task<IResult> AfterDuplicateAsync(HttpContext context, RequestIdentity identity, int count)
    {
        try
        {
            var known = await FindAsync(identity, context.RequestAborted).ConfigureAwait(false);
            return known is null || IsSameBody(known.BodyHash, identity)
                ? Results.Json(IngestReply.Duplicate(known?.Records ?? count), IngestJson.Default.IngestReply)
                : Refuse(context, IngestRefusal.KeyReused(known.Records));
        }
        catch (Exception e) when (e is NpgsqlException or DatabaseUnavailableException or TimeoutException)
        {
            LogLookUpFailed(logger, e.Message);
            return Refuse(context, IngestRefusal.Away("database_away", "The database cannot be reached."));
        }
    }

    // A database that hangs is as good as one that is away: the sender is told in its time, not in that of a database command.
    // The look-up itself is left to end by itself, because cancelling it would wait for the same server.
    private Task<KnownRequest?> FindAsync(RequestIdentity identity, CancellationToken aborted) =>
        identities.FindAsync(identity.Owner, identity.Key, CancellationToken.None).AsTask().WaitAsync(options.Value.AcknowledgeTimeout, time, aborted);

    private async ValueTask<IngestRefusal?> ParseAsync(HttpContext context, IngestWork work, IngestRequest request)
    {
        if (await bodies.ReserveRecordsAsync(work.Body.Bytes, work.Reservation, context.RequestAborted).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        work.Parsed = records.Read(work.Body.Bytes, request, work.Arena, AccessUser.NameOf(context.User));
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

    private static string RetryOf(RequestIdentity? identity, IngestRequest request) =>
        request.Key is not null ? "a retry with the same Idempotency-Key is safe"
        : identity is not null ? "a retry with the same body is recognised for an hour"
        : "a retry may store them twice: without an Idempotency-Key, or a timestamp in every record, it is not recognised";

    // The first answer may have been lost, so the lines it rejected are told again.
    private async ValueTask<IResult> DuplicateAsync(HttpContext context, int count, IngestWork work, IngestRequest request)
    {
        counters.Duplicate(Door, count);
        if (work.Parsed is null && await ParseAsync(context, work, request).ConfigureAwait(false) is not null)
        {
            return Results.Json(IngestReply.Duplicate(count), IngestJson.Default.IngestReply);
        }

        return Reply(work.Parsed!, request, DeliveryOutcome.Duplicate(count));
    }

    private static IResult Reply(ParsedBody parsed, IngestRequest request, DeliveryOutcome outcome)
    {
        var errors = parsed.Errors.Concat(outcome.DeadLetters).Take(ParsedBody.MaxErrors).ToList();
        return Results.Json(
            new IngestReply(
                outcome.Stored,
                outcome.Duplicates,
                parsed.Rejected,
                outcome.DeadLettered,
                errors,
                parsed.Rejected + outcome.DeadLettered - errors.Count,
                parsed.ZoneAssumed,
                parsed.ZoneAssumed == 0 ? null : request.Zone.Name),
            IngestJson.Default.IngestReply);
    }

    private IResult Refuse(HttpContext context, IngestRefusal refusal)
    {
        counters.Refused(Door, refusal.Reason);
        return refusal.ToResult(context);
    }

    private static bool IsSameBody(ReadOnlyMemory<byte> hash, RequestIdentity identity) => hash.Span.SequenceEqual(identity.BodyHash.Span);

    // What steers the reading belongs to the body: the same lines for another service, or as text instead of JSON, are another request.
    // Names of one way of reading are not: application/json and x-ndjson over lines of objects, or no Content-Type at all.
    private static byte[] HashOf(IngestRequest request, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{BodyParser.Resolve(request.Format, body)}\n{request.Service}\n{request.Zone.Name}\n"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Warning, Message = "An ingest request was put off: its Idempotency-Key could not be looked up ({Reason}).")]
    private static partial void LogLookUpFailed(ILogger logger, string reason);
}
