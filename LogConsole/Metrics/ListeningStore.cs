using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Metrics;

/// <summary>The table <c>listening</c>. Every method throws what the database throws.</summary>
public sealed class ListeningStore(Database database, IOptions<MetricsOptions> options, TimeProvider time)
{
    // With more spans the oldest are left out: time that was not read is unknown, never silent.
    private const int MaxSpans = 10_000;

    private const string AddSql =
        """
        insert into listening as known (instance, since, until, ended) values ($1, $2, $3, $4)
        on conflict (instance, since) do update set until = greatest(known.until, excluded.until), ended = excluded.ended
        """;

    private const string GrowSql = "update listening set until = greatest(until, $3), ended = $4 where instance = $1 and since = $2";

    private const string ReadSql = "select since, until, ended from listening where until >= $1 and since < $2 order by until desc limit $3";

    private const string RetainSql = "delete from listening where until < $1";

    /// <summary>When consoles took records in [from, to).</summary>
    public async Task<ListenedTime> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        // Rollups are kept no longer: what was counted before is gone, so silence there means nothing.
        var now = time.GetUtcNow();
        var kept = now - options.Value.CoarseRetention;
        var spans = new List<ListeningSpan>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(ReadSql, connection) { Parameters = { At(from > kept ? from : kept), At(to), new NpgsqlParameter<int> { TypedValue = MaxSpans } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var since = reader.GetFieldValue<DateTimeOffset>(0);
            spans.Add(new ListeningSpan(since > kept ? since : kept, reader.GetFieldValue<DateTimeOffset>(1), reader.GetBoolean(2)));
        }

        return new ListenedTime(spans, now);
    }

    /// <summary>Adds a span of an instance.</summary>
    internal async Task AddAsync(Guid instance, ListeningSpan span, CancellationToken cancellationToken) =>
        await ExecuteAsync(AddSql, cancellationToken, Values(instance, span)).ConfigureAwait(false);

    /// <summary>Lets a stored span reach further; false when it is not there any more.</summary>
    internal async Task<bool> GrowAsync(Guid instance, ListeningSpan span, CancellationToken cancellationToken) =>
        await ExecuteAsync(GrowSql, cancellationToken, Values(instance, span)).ConfigureAwait(false) == 1;

    /// <summary>Forgets spans that ended before the oldest rollup that may be kept.</summary>
    internal Task RetainAsync(CancellationToken cancellationToken) => ExecuteAsync(RetainSql, cancellationToken, At(time.GetUtcNow() - options.Value.CoarseRetention));

    private static NpgsqlParameter[] Values(Guid instance, ListeningSpan span) =>
        [new NpgsqlParameter<Guid> { TypedValue = instance }, At(span.Since), At(span.Until), new NpgsqlParameter<bool> { TypedValue = span.Ended }];

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlParameter<DateTimeOffset> At(DateTimeOffset moment) => new() { TypedValue = moment.ToUniversalTime() };
}
