using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Logs;

/// <summary>
/// Removes dead letters beyond <see cref="LogsOptions.DeadLetterAge"/>, never silently: those nobody had replayed are records lost by policy,
/// counted in the transaction that removes them, shown as dropped, and logged.
/// </summary>
public sealed partial class DeadLetterRetention(Database database, IOptions<LogsOptions> options, TimeProvider time, ILogger<DeadLetterRetention> logger)
{
    private const int RowsPerRound = 5_000;

    // Rounds of one run follow one another, so what they drop is added up for readers who look at the last few minutes.
    private const string Sql =
        """
        with expired as (
            select id from dead_letters where created_at < $1 order by created_at limit $2 for update skip locked
        ),
        gone as (
            delete from dead_letters d using expired where d.id = expired.id returning d.replayed_at
        ),
        counted as (
            insert into dropped_records as known (reason, total, last, last_at)
            select 'dead_letter_expired', count(*), count(*), $3 from gone where replayed_at is null having count(*) > 0
            on conflict (reason) do update set
                total = known.total + excluded.total, last_at = excluded.last_at,
                last = excluded.last + case when known.last_at > $3 - interval '1 minute' then known.last else 0 end
        )
        select count(*), count(*) filter (where replayed_at is null) from gone
        """;

    /// <summary>Removes all that are too old, a transaction every 5,000. Throws what the database throws.</summary>
    /// <param name="lease">Checked in every transaction; null for a caller that is alone.</param>
    /// <returns>How many were removed, and how many of those nobody had replayed.</returns>
    public async Task<(long Removed, long Dropped)> RunOnceAsync(JobLease? lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var (removed, dropped) = (0L, 0L);
        while (true)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            if (lease is not null)
            {
                await lease.CheckAsync(connection, cancellationToken).ConfigureAwait(false);
            }

            var round = await RemoveAsync(connection, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            removed += round.Removed;
            dropped += round.Dropped;
            if (round.Removed < RowsPerRound)
            {
                break;
            }
        }

        if (dropped != 0)
        {
            LogDropped(dropped, options.Value.DeadLetterAge);
        }

        return (removed, dropped);
    }

    private async Task<(long Removed, long Dropped)> RemoveAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now - options.Value.DeadLetterAge },
                new NpgsqlParameter<int> { TypedValue = RowsPerRound },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    [LoggerMessage(2003, LogLevel.Warning, "{Dropped} dead letters that nobody had replayed were older than {Age} and are gone (Logs:DeadLetterAge); they count as dropped")]
    private partial void LogDropped(long dropped, TimeSpan age);
}
