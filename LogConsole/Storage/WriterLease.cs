using Npgsql;

namespace LogConsole.Storage;

/// <summary>
/// This instance's leased writer number (0–1023) in the table <c>writers</c>. The same instance takes its own row back at once after a crash
/// (its data directory's lock proves the old process is gone); another instance's row only after <see cref="Lifetime"/>.
/// Each lease raises the row's epoch, so a stale owner's compare-and-swap fails.
/// </summary>
/// <param name="Writer">The number.</param>
/// <param name="Epoch">The fencing epoch of this lease.</param>
/// <param name="Sequence">The last commit of this number, 0 when none.</param>
/// <param name="LastId">The highest record id given by this number, 0 when none.</param>
public sealed record WriterLease(short Writer, long Epoch, long Sequence, long LastId)
{
    /// <summary>How long a silent instance keeps its number. Each commit starts it anew; an idle one whose number was taken takes another.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private const string TakeSql =
        """
        with free as (
            select id from writers where holder = $1 or holder is null or lease_until < now()
            order by (holder = $1) desc nulls last, id limit 1 for update
        ), fresh as (
            select (select coalesce(min(n), -1) from generate_series(0, 1023) n where not exists (select from writers where id = n))::smallint as id
            where not exists (select from free)
        ), taken as (
            update writers set holder = $1, epoch = epoch + 1, lease_until = now() + $2
            where id = (select id from free) returning id, epoch, sequence, last_id
        ), made as (
            insert into writers (id, holder, epoch, lease_until)
            select id, $1, 1, now() + $2 from fresh returning id, epoch, sequence, last_id
        )
        select * from taken union all select * from made
        """;

    private const string ReleaseSql = "update writers set lease_until = '-infinity' where id = $1 and epoch = $2";

    /// <summary>Takes a number for the instance. Throws what Npgsql throws; a check violation when all 1,024 are held.</summary>
    public static async Task<WriterLease> TakeAsync(NpgsqlConnection connection, Guid instance, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (var turn = new NpgsqlCommand("select pg_advisory_xact_lock(hashtext('logconsole:writers'))", connection))
        {
            await turn.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        WriterLease lease;
        await using (var command = new NpgsqlCommand(TakeSql, connection)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = instance }, new NpgsqlParameter<TimeSpan> { TypedValue = Lifetime } },
        })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            lease = new WriterLease(reader.GetInt16(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return lease;
    }

    /// <summary>Gives the number back on a clean stop.</summary>
    public async Task ReleaseAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReleaseSql, connection)
        {
            Parameters = { new NpgsqlParameter<short> { TypedValue = Writer }, new NpgsqlParameter<long> { TypedValue = Epoch } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
