using System.Globalization;
using System.Security.Cryptography;
using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Http;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion;

/// <summary>How a replay of one dead letter ended.</summary>
public enum DeadLetterResult
{
    /// <summary>Its record is in the log table.</summary>
    Stored,

    /// <summary>It was stored by an earlier replay.</summary>
    AlreadyStored,

    /// <summary>It was refused again: a new dead letter, with the new reason, stands in its place.</summary>
    RefusedAgain,

    /// <summary>Its stored text is no record; it stays as it is.</summary>
    Unreadable,

    /// <summary>The queue is full, the console is stopping or the database is away; it stays as it is and can be replayed later.</summary>
    PutOff,
}

/// <summary>
/// Sends dead letters through the pipeline again. What becomes of them is part of the commit; the identity <c>deadletter:id</c> keeps two replays
/// of one from storing it twice.
/// Thread-safe.
/// </summary>
internal sealed class DeadLetterReplay(
    DeadLetterStore store, IngestionQueue queue, HttpRecordReader records, IngestionCounters counters, IOptions<HttpIngestionOptions> options, TimeProvider time)
{
    private const string Door = "dead_letters";

    // Two people may press the button at once, and a replay that was given up here may still be under way.
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(30);

    /// <summary>Replays one and waits until its fate is durable. Throws what the database throws.</summary>
    public async Task<DeadLetterResult> ReplayAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        if (letter.ReplayedAt is not null)
        {
            return DeadLetterResult.AlreadyStored;
        }

        var arena = new RecordArena();
        var parsed = records.ReadOwn(letter.Record, letter.Observed, arena);
        if (parsed.Records.Count != 1)
        {
            arena.Dispose();
            return DeadLetterResult.Unreadable;
        }

        var delivery = new Delivery
        {
            Source = letter.Source,
            Records = parsed.Records,
            SizeBytes = letter.Record.Length + arena.SizeBytes,
            IsDemo = letter.IsDemo,
            DeadLetterId = letter.Id,
            Identity = new RequestIdentity(
                "deadletter", string.Create(CultureInfo.InvariantCulture, $"deadletter:{letter.Id}"), SHA256.HashData(letter.Record.Span), s_lifetime),
        };
        if (await queue.EnqueueAsync(delivery, cancellationToken).ConfigureAwait(false) != EnqueueResult.Accepted)
        {
            arena.Dispose();
            return DeadLetterResult.PutOff;
        }

        _ = DisposeWhenSettledAsync(delivery, arena);
        try
        {
            var outcome = await delivery.Settled.WaitAsync(options.Value.AcknowledgeTimeout, time, cancellationToken).ConfigureAwait(false);
            return await FinishAsync(letter, outcome, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return DeadLetterResult.PutOff;
        }
    }

    /// <summary>Replays all that are open now, oldest first; stops early when one is put off. Throws what the database throws.</summary>
    public async Task<DeadLetterReplayReply> ReplayAllAsync(CancellationToken cancellationToken)
    {
        const int pageSize = 200;
        var results = new List<DeadLetterResult>();
        var after = 0L;

        // New dead letters that the replay itself makes lie above this mark, so the loop ends.
        var newest = await store.ListAsync(long.MaxValue, pendingOnly: true, 1, cancellationToken).ConfigureAwait(false);
        while (newest.Count == 1 && !results.Contains(DeadLetterResult.PutOff))
        {
            var page = await store.ListPendingAsync(after, pageSize, cancellationToken).ConfigureAwait(false);
            var due = page.Where(letter => letter.Id <= newest[0].Id).ToList();
            if (due.Count == 0)
            {
                break;
            }

            results.AddRange(await Task.WhenAll(due.Select(letter => ReplayAsync(letter, cancellationToken))).ConfigureAwait(false));
            after = due[^1].Id;
        }

        return DeadLetterReplayReply.Of(results);
    }

    private async Task<DeadLetterResult> FinishAsync(DeadLetter letter, DeliveryOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Status == DeliveryStatus.Duplicate)
        {
            // The other replay has closed it, or put another in its place.
            return await store.FindAsync(letter.Id, cancellationToken).ConfigureAwait(false) is null ? DeadLetterResult.RefusedAgain : DeadLetterResult.AlreadyStored;
        }

        return outcome switch
        {
            { Status: not DeliveryStatus.Committed } => DeadLetterResult.PutOff,
            { DeadLettered: > 0 } => DeadLetterResult.RefusedAgain,
            _ => DeadLetterResult.Stored,
        };
    }

    private async Task DisposeWhenSettledAsync(Delivery delivery, RecordArena arena)
    {
        var outcome = await delivery.Settled.ConfigureAwait(false);
        counters.Settled(Door, outcome);
        arena.Dispose();
    }
}
