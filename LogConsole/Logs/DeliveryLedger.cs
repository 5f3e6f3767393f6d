using System.Buffers;
using LogConsole.Ingestion;
using LogConsole.Pipeline;
using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Logs;

/// <summary>What is written beside the rows so that no delivery counts twice and no refused record is lost: identities, checkpoints, dead letters.</summary>
internal sealed class DeliveryLedger(TimeProvider time)
{
    // An expired identity may be taken over; a live one makes the delivery a duplicate. In key order, so that two instances
    // with the same keys cannot wait for each other.
    private const string IdentitySql =
        """
        insert into request_identities as known (owner, key, body_hash, records, committed_at, expires_at)
        select o, k, h, r, $1, e from unnest($2::text[], $3::text[], $4::bytea[], $5::int[], $6::timestamptz[]) as d(o, k, h, r, e)
        order by o, k
        on conflict (owner, key) do update set
            body_hash = excluded.body_hash, records = excluded.records, committed_at = excluded.committed_at, expires_at = excluded.expires_at
        where known.expires_at <= $1
        returning owner, key
        """;

    private const string CheckpointSql =
        """
        update checkpoints set position = $4, updated_at = $5
        where source = $1 and epoch = $2 and position is not distinct from $3
        """;

    private const string DeadLetterSql =
        "copy dead_letters (source, line, reason, observed, service, demo, record, created_at) from stdin (format binary)";

    private const string ReplayedSql = "update dead_letters set replayed_at = $2 where id = any($1) and replayed_at is null";
    private const string ReplacedSql = "delete from dead_letters where id = any($1)";

    /// <summary>
    /// Writes identities and checkpoints. Null when all were taken; else the answer that names the duplicates and superseded deliveries,
    /// and the transaction must be rolled back.
    /// </summary>
    public async Task<CommitResult?> WriteAsync(NpgsqlConnection connection, LogBatch batch, CancellationToken cancellationToken)
    {
        var duplicates = await TakeIdentitiesAsync(connection, batch, cancellationToken).ConfigureAwait(false);
        List<Delivery>? superseded = null;
        foreach (var delivery in batch.Deliveries.Where(d => d.Checkpoint is not null).OrderBy(d => d.Checkpoint!.Source, StringComparer.Ordinal))
        {
            if (!await MoveCheckpointAsync(connection, delivery.Checkpoint!, cancellationToken).ConfigureAwait(false))
            {
                (superseded ??= []).Add(delivery);
            }
        }

        return duplicates.Count == 0 && superseded is null ? null : new CommitResult(false, 0, 0, duplicates, superseded ?? []);
    }

    /// <summary>Writes the batch's dead letters. Older ones that were sent again are closed, or give way to the new one when they were refused again.</summary>
    public async Task WriteDeadLettersAsync(NpgsqlConnection connection, LogBatch batch, CancellationToken cancellationToken)
    {
        await CloseReplayedAsync(connection, batch, cancellationToken).ConfigureAwait(false);
        if (batch.DeadLetters.Count == 0)
        {
            return;
        }

        var json = new ArrayBufferWriter<byte>();
        await using var importer = await connection.BeginBinaryImportAsync(DeadLetterSql, cancellationToken).ConfigureAwait(false);
        foreach (var letter in batch.DeadLetters)
        {
            json.ResetWrittenCount();
            LogRecordJson.Write(letter.Record, json);
            await importer.StartRowAsync(cancellationToken).ConfigureAwait(false);
            await importer.WriteAsync(Storable(letter.Delivery.Source), NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
            await importer.WriteAsync(letter.Record.Line, NpgsqlDbType.Integer, cancellationToken).ConfigureAwait(false);
            await importer.WriteAsync(Storable(letter.Reason), NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
            await importer.WriteAsync(letter.Record.ObservedTimestamp.ToDateTimeOffset(), NpgsqlDbType.TimestampTz, cancellationToken).ConfigureAwait(false);
            await importer.WriteAsync(Storable(letter.Record.Service), NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
            await importer.WriteAsync(letter.Delivery.IsDemo, NpgsqlDbType.Boolean, cancellationToken).ConfigureAwait(false);
            await importer.WriteAsync(json.WrittenMemory, NpgsqlDbType.Bytea, cancellationToken).ConfigureAwait(false);
            await importer.WriteAsync(time.GetUtcNow(), NpgsqlDbType.TimestampTz, cancellationToken).ConfigureAwait(false);
        }

        await importer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task CloseReplayedAsync(NpgsqlConnection connection, LogBatch batch, CancellationToken cancellationToken)
    {
        var again = batch.Deliveries.Where(delivery => delivery.DeadLetterId is not null).ToList();
        if (again.Count == 0)
        {
            return;
        }

        var refused = batch.DeadLetters.Select(letter => letter.Delivery).ToHashSet();
        await using var commands = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(ReplacedSql) { Parameters = { Ids(again.Where(refused.Contains)) } },
                new NpgsqlBatchCommand(ReplayedSql)
                {
                    Parameters = { Ids(again.Where(delivery => !refused.Contains(delivery))), new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() } },
                },
            },
        };
        await commands.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlParameter<long[]> Ids(IEnumerable<Delivery> deliveries) => new() { TypedValue = [.. deliveries.Select(delivery => delivery.DeadLetterId!.Value)] };

    // A dead letter must always be storable, whatever made it one.
    private static string Storable(string text) => text.Replace('\0', '\uFFFD');

    // Returns the deliveries that are known already.
    private async Task<List<Delivery>> TakeIdentitiesAsync(NpgsqlConnection connection, LogBatch batch, CancellationToken cancellationToken)
    {
        var asking = batch.Deliveries.Where(delivery => delivery.Identity is not null).ToList();
        var first = asking.DistinctBy(delivery => (delivery.Identity!.Owner, delivery.Identity.Key)).ToList();
        if (first.Count == 0)
        {
            return [];
        }

        var now = time.GetUtcNow();
        await using var command = new NpgsqlCommand(IdentitySql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
                new NpgsqlParameter<string[]> { TypedValue = [.. first.Select(delivery => delivery.Identity!.Owner)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. first.Select(delivery => delivery.Identity!.Key)] },
                new NpgsqlParameter<byte[][]> { TypedValue = [.. first.Select(delivery => delivery.Identity!.BodyHash.ToArray())] },
                new NpgsqlParameter<int[]> { TypedValue = [.. first.Select(delivery => delivery.Records.Count)] },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. first.Select(delivery => now + delivery.Identity!.Lifetime)] },
            },
        };
        var taken = new HashSet<(string Owner, string Key)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            taken.Add((reader.GetString(0), reader.GetString(1)));
        }

        // Of two with one key in a batch the first is the request, the second its repeat.
        return [.. asking.Where(delivery => !taken.Remove((delivery.Identity!.Owner, delivery.Identity.Key)))];
    }

    private async Task<bool> MoveCheckpointAsync(NpgsqlConnection connection, CheckpointMove move, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(CheckpointSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = move.Source },
                new NpgsqlParameter<long> { TypedValue = move.Epoch },
                new NpgsqlParameter { Value = (object?)move.Expected ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter<string> { TypedValue = move.Next },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }
}
