using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Access.Auditing;

/// <summary>What of the audit to show; all conditions hold together.</summary>
/// <param name="Actor">The exact name.</param>
/// <param name="Action">The exact action.</param>
/// <param name="Text">Anywhere in actor, address, target or details; case does not matter.</param>
/// <param name="Before">Only entries older than the one of this id: the last id of the page before.</param>
public sealed record AuditFilter(string? Actor = null, string? Action = null, string? Text = null, long? Before = null);

/// <summary>The table <c>audit_events</c>: appended to, read, and cut off at its old end by retention. Throws what the database throws.</summary>
public sealed class AuditLog(Database database, TimeProvider time)
{
    // Longer than any name or sentence of ours; a request's path is whatever the sender wrote.
    private const int MaxTextLength = 500;

    private const string InsertSql = "insert into audit_events (at, actor, address, action, target, details) values ($1, $2, $3, $4, $5, $6)";

    private const string ListSql =
        """
        select id, at, actor, address, action, target, details
        from audit_events
        where id < $1 and ($2::text is null or actor = $2) and ($3::text is null or action = $3)
          and ($4::text is null or actor ilike $4 or address ilike $4 or target ilike $4 or details ilike $4)
        order by id desc
        limit $5
        """;

    private const string RetireSql = "delete from audit_events where id in (select id from audit_events where at < $1 order by at limit $2)";

    /// <summary>Stores one entry.</summary>
    public async Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var batch = database.Source.CreateBatch();
        batch.BatchCommands.Add(CommandOf(entry));
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Newest first, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<AuditEvent>> ListAsync(AuditFilter filter, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ListSql);
        command.Parameters.AddAll(
        [
            SqlParameters.Int64(filter.Before ?? long.MaxValue),
            SqlParameters.Text(filter.Actor),
            SqlParameters.Text(filter.Action),
            SqlParameters.Text(filter.Text is { Length: > 0 } text ? SqlValues.Containing(text) : null),
            SqlParameters.Int32(limit),
        ]);
        var events = new List<AuditEvent>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            events.Add(new AuditEvent(
                reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.TextOrNull(3), reader.GetString(4), reader.TextOrNull(5), reader.TextOrNull(6)));
        }

        return events;
    }

    /// <summary>Deletes up to <paramref name="limit"/> of the oldest entries that are older than <paramref name="age"/>, and returns how many that were.</summary>
    public async Task<int> RetireAsync(TimeSpan age, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (var allow = new NpgsqlCommand("set local logconsole.audit_retention = 'on'", connection))
        {
            await allow.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await using var delete = new NpgsqlCommand(RetireSql, connection);
        delete.Parameters.AddAll([SqlParameters.Moment(time.GetUtcNow() - age), SqlParameters.Int32(limit)]);
        var deleted = await delete.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return deleted;
    }

    /// <summary>The statement that stores an entry, to be sent with the change it tells of: both are stored or neither.</summary>
    internal NpgsqlBatchCommand CommandOf(AuditEntry entry)
    {
        var command = new NpgsqlBatchCommand(InsertSql);
        command.Parameters.AddAll(
        [
            SqlParameters.Moment(time.GetUtcNow()),
            SqlParameters.Text(Bound(entry.Actor.Name)),
            SqlParameters.Text(entry.Actor.Address),
            SqlParameters.Text(entry.Action),
            SqlParameters.Text(Bound(entry.Target)),
            SqlParameters.Text(Bound(entry.Details)),
        ]);
        return command;
    }

    // PostgreSQL text holds no NUL.
    private static string? Bound(string? text) => text is null ? null : (text.Length > MaxTextLength ? text[..MaxTextLength] + "…" : text).Replace('\0', '\uFFFD');
}
