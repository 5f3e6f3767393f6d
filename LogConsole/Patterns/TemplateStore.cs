using System.Globalization;
using LogConsole.Pipeline;
using LogConsole.Storage;
using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Patterns;

/// <summary>The table <c>templates</c>. Writes run in the batch's transaction; reads open their own connection. Throws what Npgsql throws.</summary>
public sealed class TemplateStore(Database database)
{
    /// <summary>
    /// Loads what mining continues from: of each service the template for lines without room and the most recently seen ones, in order of
    /// their ids.
    /// </summary>
    /// <param name="maxPerService">Templates a service at most.</param>
    internal async Task<IReadOnlyList<StoredTemplate>> LoadAsync(int maxPerService, CancellationToken cancellationToken)
    {
        const string sql = """
            select id, service_id, text, count, first_seen, last_seen, miner_state, rank
            from (select t.*, row_number() over (partition by service_id order by miner_state = $2 desc, last_seen desc, id desc) as rank from templates t) ranked
            where rank <= $1
            order by id
            """;
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = maxPerService },
                new NpgsqlParameter<string> { TypedValue = TemplateCodec.CatchAllState },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var templates = new List<StoredTemplate>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var template = new LogTemplate(
                reader.GetInt32(0),
                reader.GetInt32(1),
                reader.GetString(2),
                reader.GetInt64(3),
                reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetFieldValue<DateTimeOffset>(5));
            templates.Add(new StoredTemplate(template, reader.GetString(6), maxPerService + 1 - reader.GetInt64(7)));
        }

        return templates;
    }

    /// <summary>The text of a template; null when there is none with this id.</summary>
    public async Task<string?> TextAsync(int id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand("select text from templates where id = $1", connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = id } } };
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
    }

    /// <summary>One page of templates, most frequent first. With a range, counts are those of the rollup windows that start in it.</summary>
    public async Task<PatternPage> QueryAsync(PatternFilter filter, CancellationToken cancellationToken)
    {
        const string counted = "select id, service_id, text, count, first_seen, last_seen from templates";
        const string countedInRange = """
            select t.id, t.service_id, t.text, r.count, t.first_seen, t.last_seen
            from templates t
            join (
                select template_id, sum(count)::bigint as count from rollup_template
                where window_start >= $7 and window_start < $8
                group by template_id
            ) r on r.template_id = t.id
            """;
        const string page = """
            select t.id, s.name, t.text, t.count, t.first_seen, t.last_seen
            from counted t
            join services s on s.id = t.service_id
            where t.count >= $1
              and ($2::text is null or s.name = $2)
              and ($3::text is null or t.text ilike $3)
              and ($4::bigint is null or (t.count, t.id) < ($4, $5))
            order by t.count desc, t.id desc
            limit $6
            """;
        var inRange = filter.From is not null || filter.To is not null;
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand($"with counted as ({(inRange ? countedInRange : counted)}) {page}", connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = filter.MinCount },
                new NpgsqlParameter<string?> { TypedValue = filter.Service },
                new NpgsqlParameter<string?> { TypedValue = filter.Query is { } text ? SqlValues.Containing(text) : null },
                new NpgsqlParameter { Value = filter.After?.Count ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new NpgsqlParameter<int> { TypedValue = filter.After?.Id ?? 0 },
                new NpgsqlParameter<int> { TypedValue = filter.Limit + 1 },
            },
        };
        if (inRange)
        {
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = filter.From ?? DateTimeOffset.MinValue });
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = filter.To ?? DateTimeOffset.MaxValue });
        }

        var items = new List<PatternItem>();
        (long Count, int Id) last = default;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (items.Count < filter.Limit && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            last = (reader.GetInt64(3), reader.GetInt32(0));
            items.Add(new PatternItem(
                last.Id.ToString(CultureInfo.InvariantCulture),
                reader.GetString(1),
                reader.GetString(2),
                last.Count,
                reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetFieldValue<DateTimeOffset>(5)));
        }

        var more = items.Count == filter.Limit && await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new PatternPage(items, more ? PatternFilter.WriteCursor(last.Count, last.Id) : null);
    }

    /// <summary>Inserts new templates and returns their ids, ascending, in the order given.</summary>
    internal static async ValueTask<int[]> InsertAsync(
        NpgsqlConnection connection, LogBatch batch, IReadOnlyList<TemplateUse> created, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // PostgreSQL numbers the rows of a sorted insert in the order of the sort, and returns them in that order.
        const string sql = """
            insert into templates (service_id, text, miner_state, count, first_seen, last_seen, created_at)
            select service_id, text, miner_state, count, first_seen, last_seen, $7
            from unnest($1, $2, $3, $4, $5, $6) with ordinality as n(service_id, text, miner_state, count, first_seen, last_seen, n)
            order by n
            returning id
            """;
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters =
            {
                Column(created, use => batch.ServiceIds[use.FirstRecord]),
                Column(created, use => use.Text),
                Column(created, use => use.State),
                Column(created, use => (long)use.Count),
                Column(created, use => use.FirstSeen.ToDateTimeOffset()),
                Column(created, use => use.LastSeen.ToDateTimeOffset()),
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var ids = new int[created.Count];
        for (var i = 0; i < ids.Length && await reader.ReadAsync(cancellationToken).ConfigureAwait(false); i++)
        {
            ids[i] = reader.GetInt32(0);
        }

        return ids;
    }

    /// <summary>
    /// Adds a batch's counts to known templates and stores the texts it widened. A template may come several times, from several lanes:
    /// counts add up, the last widening is kept, as it is in memory.
    /// </summary>
    internal static async ValueTask UpdateAsync(
        NpgsqlConnection connection, LogBatch batch, IReadOnlyList<TemplateUse> uses, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Locked in order of id first: instances that share a service must not wait for one another in a circle.
        const string sql = """
            with locked as materialized (select id from templates where id = any($1) order by id for update),
            n as (
                select id, sum(count)::bigint as count, min(first_seen) as first_seen, max(last_seen) as last_seen,
                    (array_agg(text order by n desc) filter (where miner_state is not null))[1] as text,
                    (array_agg(miner_state order by n desc) filter (where miner_state is not null))[1] as miner_state
                from unnest($1, $2, $3, $4, $5, $6) with ordinality as u(id, text, miner_state, count, first_seen, last_seen, n)
                group by id
            )
            update templates t set
                count = t.count + n.count,
                first_seen = least(t.first_seen, n.first_seen),
                last_seen = greatest(t.last_seen, n.last_seen),
                text = coalesce(n.text, t.text),
                miner_state = coalesce(n.miner_state, t.miner_state)
            from n
            join locked on locked.id = n.id
            where t.id = n.id
            """;
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters =
            {
                Column(uses, use => use.Cluster.Id),
                Column(uses, use => use.IsWidened ? use.Text : null),
                Column(uses, use => use.IsWidened ? use.State : null),
                Column(uses, use => (long)use.Count),
                Column(uses, use => use.FirstSeen.ToDateTimeOffset()),
                Column(uses, use => use.LastSeen.ToDateTimeOffset()),
            },
        };
        if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) < uses.Count)
        {
            await ReviveAsync(connection, batch, uses, now, cancellationToken).ConfigureAwait(false);
        }
    }

    // Retention on another instance cannot know what this one mines with: what it deleted comes back under its id. Nothing to do when the
    // count fell short because a template came several times.
    private static async ValueTask ReviveAsync(
        NpgsqlConnection connection, LogBatch batch, IReadOnlyList<TemplateUse> uses, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string sql = """
            insert into templates as t (id, service_id, text, miner_state, count, first_seen, last_seen, created_at) overriding system value
            select n.id, min(n.service_id), min(n.text), min(n.miner_state), sum(n.count), min(n.first_seen), max(n.last_seen), $8
            from unnest($1, $2, $3, $4, $5, $6, $7) as n(id, service_id, text, miner_state, count, first_seen, last_seen)
            join services s on s.id = n.service_id
            where not exists (select from templates known where known.id = n.id)
            group by n.id
            order by n.id
            on conflict (id) do update set
                count = t.count + excluded.count,
                first_seen = least(t.first_seen, excluded.first_seen),
                last_seen = greatest(t.last_seen, excluded.last_seen)
            """;
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters =
            {
                Column(uses, use => use.Cluster.Id),
                Column(uses, use => batch.ServiceIds[use.FirstRecord]),
                Column(uses, use => use.Text),
                Column(uses, use => use.State),
                Column(uses, use => (long)use.Count),
                Column(uses, use => use.FirstSeen.ToDateTimeOffset()),
                Column(uses, use => use.LastSeen.ToDateTimeOffset()),
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }


    private static NpgsqlParameter<T[]> Column<T>(IReadOnlyList<TemplateUse> uses, Func<TemplateUse, T> value)
    {
        var column = new T[uses.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(uses[i]);
        }

        return new NpgsqlParameter<T[]> { TypedValue = column };
    }
}
