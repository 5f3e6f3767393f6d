using System.Text;
using LogConsole.Ingestion;
using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Logs;

/// <summary>Takes rows as they are read.</summary>
internal interface ILogRowSink
{
    /// <summary>False when no more are wanted.</summary>
    bool Add(LogRow row);
}

/// <summary>Reads rows of log segments. Every condition is a constant fragment with positional parameters.</summary>
internal sealed class LogReader(Database database, IOptions<LogsOptions> options)
{
    /// <summary>Gives the newest matching rows of the segments in the ranges, in order, to the sink until it has enough. One statement, however many ranges.</summary>
    /// <param name="after">Only rows beyond this place, in the direction of reading.</param>
    /// <param name="oldestFirst">Reads the other way round: the oldest rows, ascending.</param>
    public async Task ReadAsync(
        IReadOnlyList<LogSegment> segments, LogFilter filter, IReadOnlyList<SearchRange> ranges, LogCursor? after, int limit,
        ILogRowSink sink, CancellationToken cancellationToken, bool oldestFirst = false)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand { Connection = connection, CommandTimeout = (int)Math.Ceiling(options.Value.QueryTimeout.TotalSeconds) };
        command.CommandText = Sql(
            segments, ranges, Conditions(filter, after, oldestFirst, command.Parameters), command.Parameters, Add(command.Parameters, limit), oldestFirst ? "asc" : "desc");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!sink.Add(Row(reader)))
            {
                // The rest is not wanted: without this the server would send it all.
                command.Cancel();
                return;
            }
        }
    }

    /// <summary>The row with this id, or null.</summary>
    public async Task<LogRow?> ReadOneAsync(IReadOnlyList<LogSegment> segments, long id, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand { Connection = connection, CommandTimeout = (int)Math.Ceiling(options.Value.QueryTimeout.TotalSeconds) };
        var range = at is { } moment ? SearchRange.Including(moment, moment) : new SearchRange(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        command.CommandText = Sql(
            segments, [range], " and id = " + Add(command.Parameters, id), command.Parameters, Add(command.Parameters, 1), "desc");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? Row(reader) : null;
    }

    // Of a single range PostgreSQL can tell how many rows it has, and walks the index only until the page is full. Of many it cannot,
    // but asking for them one by one would cost a round trip each.
    private static string Sql(
        IReadOnlyList<LogSegment> segments, IReadOnlyList<SearchRange> ranges, string conditions, NpgsqlParameterCollection parameters, string limit, string direction)
    {
        var (from, lower, upper) = ranges is [var only]
            ? ("", Add(parameters, only.From), Add(parameters, only.To))
            : ($"unnest({Add(parameters, ranges.Select(range => range.From).ToArray())}, {Add(parameters, ranges.Select(range => range.To).ToArray())}) as range(lower, upper) cross join lateral ",
                "range.lower", "range.upper");
        var sql = new StringBuilder("select l.*, r.json::text, s.json::text from ").Append(from).Append('(');
        for (var i = 0; i < segments.Count; i++)
        {
            sql.Append(i == 0 ? "" : " union all ")
                .Append("(select ").Append(LogColumns.List).Append(" from ").Append(segments[i].Table)
                .Append(" where ts >= ").Append(lower).Append(" and ts < ").Append(upper).Append(conditions)
                .Append(" order by ts ").Append(direction).Append(", id ").Append(direction).Append(" limit ").Append(limit).Append(')');
        }

        return sql.Append(") l left join resources r on r.id = l.resource_id left join resources s on s.id = l.scope_id")
            .Append(" order by l.ts ").Append(direction).Append(", l.id ").Append(direction).Append(" limit ").Append(limit).ToString();
    }

    private static string Conditions(LogFilter filter, LogCursor? after, bool oldestFirst, NpgsqlParameterCollection parameters)
    {
        var sql = new StringBuilder();
        if (after is { } cursor)
        {
            // The first comparison lets the index find the place, the second one breaks ties.
            // It goes as text, because Npgsql takes the calendar's first moment for -infinity.
            var at = Add(parameters, new LogTimestamp(cursor.UnixMicroseconds).ToString()) + "::text::timestamptz";
            var beyond = oldestFirst ? '>' : '<';
            sql.Append(" and ts ").Append(beyond).Append("= ").Append(at).Append(" and (ts, id) ").Append(beyond).Append(" (").Append(at).Append(", ").Append(Add(parameters, cursor.Id)).Append(')');
        }

        AddFilter(sql, filter, parameters);
        return sql.ToString();
    }

    private static void AddFilter(StringBuilder sql, LogFilter filter, NpgsqlParameterCollection parameters)
    {
        if (filter.ServiceIds is { } services)
        {
            sql.Append(" and service_id = any(").Append(Add(parameters, services)).Append(')');
        }

        if (filter.NotServiceIds is { } notServices)
        {
            sql.Append(" and service_id <> all(").Append(Add(parameters, notServices)).Append(')');
        }

        if (filter.MinSeverity > 0)
        {
            sql.Append(" and severity >= ").Append(Add(parameters, (short)filter.MinSeverity));
        }

        if (filter.Bands is { } bands)
        {
            sql.Append(" and severity = any(").Append(Add(parameters, NumbersOf(bands))).Append(')');
        }

        if (filter.TemplateId is { } template)
        {
            sql.Append(" and template_id = ").Append(Add(parameters, template));
        }

        if (filter.NotTemplateIds is { } notTemplates)
        {
            sql.Append(" and (template_id is null or template_id <> all(").Append(Add(parameters, notTemplates)).Append("))");
        }

        if (!filter.TraceId.IsEmpty)
        {
            sql.Append(" and trace_id = ").Append(Add(parameters, filter.TraceId.ToString())).Append("::text::uuid");
        }

        if (filter.AfterId is { } afterId)
        {
            sql.Append(" and id > ").Append(Add(parameters, afterId));
        }

        if (filter.BeforeId is { } beforeId)
        {
            sql.Append(" and id < ").Append(Add(parameters, beforeId));
        }

        if (filter.Text is { } text)
        {
            sql.Append(" and body ilike ").Append(Add(parameters, SqlValues.Containing(text)));
        }

        if (filter.Kind is { } kind)
        {
            sql.Append(" and ").Append(MessageKinds.Condition(kind));
        }
    }

    private static short[] NumbersOf(IReadOnlyList<SeverityBand> bands) =>
        [.. Enumerable.Range(0, SeverityNumber.Max + 1).Where(number => bands.Contains(SeverityBands.Of((byte)number))).Select(number => (short)number)];

    private static string Add<T>(NpgsqlParameterCollection parameters, T value)
    {
        parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return "$" + parameters.Count;
    }

    private static LogRow Row(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Timestamp = LogTimestamp.From(reader.GetFieldValue<DateTimeOffset>(1)) with { Nanoseconds = reader.GetInt16(10) },
        ObservedTimestamp = reader.GetFieldValue<DateTimeOffset>(2),
        TraceId = reader.IsDBNull(3) ? default : ToTraceId(reader.GetGuid(3)),
        SpanId = reader.IsDBNull(4) ? 0 : (ulong)reader.GetInt64(4),
        ServiceId = reader.GetInt32(7),
        TemplateId = reader.IsDBNull(8) ? null : reader.GetInt32(8),
        SourceId = reader.GetInt16(9),
        SeverityNumber = (byte)reader.GetInt16(11),
        Flags = (LogRecordFlags)reader.GetInt16(12),
        SeverityText = reader.IsDBNull(13) ? null : reader.GetString(13),
        Host = reader.IsDBNull(14) ? null : reader.GetString(14),
        Body = reader.GetString(15),
        Attributes = reader.IsDBNull(16) ? null : reader.GetString(16),
        Resource = reader.IsDBNull(17) ? null : reader.GetString(17),
        Scope = reader.IsDBNull(18) ? null : reader.GetString(18),
    };

    private static TraceId ToTraceId(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return new TraceId(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes), System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }
}
