using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Ingestion;

/// <summary>A record a stage or the database refused.</summary>
/// <param name="Source">The source it came by.</param>
/// <param name="Line">Its line in that delivery.</param>
/// <param name="Record">As <see cref="LogRecordJson"/> wrote it; hostile like all log text.</param>
/// <param name="ReplayedAt">When it was sent through the pipeline again and stored, or null while it is open.</param>
public sealed record DeadLetter(
    long Id,
    string Source,
    int Line,
    string Reason,
    DateTimeOffset Observed,
    string Service,
    bool IsDemo,
    ReadOnlyMemory<byte> Record,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ReplayedAt);

/// <summary>The table <c>dead_letters</c>. The commit writes it, also what became of those sent again. Every method throws what the database throws.</summary>
public sealed class DeadLetterStore(Database database)
{
    private const string Columns = "id, source, line, reason, observed, service, demo, record, created_at, replayed_at";
    private const string ListSql = $"select {Columns} from dead_letters where id < $1 and (not $2 or replayed_at is null) order by id desc limit $3";
    private const string PendingSql = $"select {Columns} from dead_letters where id > $1 and replayed_at is null order by id limit $2";
    private const string FindSql = $"select {Columns} from dead_letters where id = $1";
    private const string DeleteSql = "delete from dead_letters where id = $1";

    /// <summary>Newest first.</summary>
    /// <param name="before">Only ids below this; <see cref="long.MaxValue"/> for the first page.</param>
    /// <param name="pendingOnly">Leave out those replayed already.</param>
    /// <param name="limit">At most this many.</param>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(long before, bool pendingOnly, int limit, CancellationToken cancellationToken)
    {
        var command = database.Source.CreateCommand(ListSql);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
            command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = pendingOnly });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
            return await ReadAsync(command, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Those not replayed yet, oldest first, with ids above <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<DeadLetter>> ListPendingAsync(long after, int limit, CancellationToken cancellationToken)
    {
        var command = database.Source.CreateCommand(PendingSql);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
            return await ReadAsync(command, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One dead letter, or null.</summary>
    public async Task<DeadLetter?> FindAsync(long id, CancellationToken cancellationToken)
    {
        var command = database.Source.CreateCommand(FindSql);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
            var found = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
            return found.Count == 0 ? null : found[0];
        }
    }

    /// <summary>Removes it for good; false when there is none.</summary>
    public async Task<bool> DeleteAsync(long id, CancellationToken cancellationToken)
    {
        var command = database.Source.CreateCommand(DeleteSql);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
        }
    }

    private static async Task<IReadOnlyList<DeadLetter>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var letters = new List<DeadLetter>();
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                letters.Add(new DeadLetter(
                    reader.GetInt64(0),
                    reader.GetString(1),
                    reader.GetInt32(2),
                    reader.GetString(3),
                    reader.GetFieldValue<DateTimeOffset>(4),
                    reader.GetString(5),
                    reader.GetBoolean(6),
                    reader.GetFieldValue<byte[]>(7),
                    reader.GetFieldValue<DateTimeOffset>(8),
                    reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9)));
            }
        }

        return letters;
    }
}
