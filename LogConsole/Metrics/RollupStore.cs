using LogConsole.Ingestion;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Metrics;

/// <summary>Records of one severity band in one window, summed over writers and over the services asked for.</summary>
/// <param name="Start">Start of the window.</param>
public sealed record SeverityPoint(DateTimeOffset Start, SeverityBand Band, long Count);

/// <summary>What arrived, against when it says it happened.</summary>
/// <param name="Received">Records that arrived.</param>
/// <param name="Late">Of those, late ones.</param>
/// <param name="Outside">Of those, records whose event time lies outside the range.</param>
/// <param name="OutsideFrom">Earliest event window of those outside, the strays left out, or null.</param>
/// <param name="OutsideTo">End of the latest event window of those outside, the strays left out, or null.</param>
/// <param name="Future">Of those outside, records that happened after they arrived.</param>
/// <param name="Strays">
/// Of those outside, records whose time says more of a clock than of them: before 1980, or more than an hour after their arrival. 0 when all are:
/// then they are no strays.
/// </param>
public sealed record ArrivalSummary(long Received, long Late, long Outside, DateTimeOffset? OutsideFrom, DateTimeOffset? OutsideTo, long Future, long Strays);

/// <summary>Reads rollups: sums over writers, always of committed rows.</summary>
public sealed class RollupStore(Database database)
{
    // A step of years may begin before our calendar does.
    private const string SeveritySql =
        """
        select greatest(date_bin($1, window_start, 'epoch'), '0001-01-01T00:00:00Z') as start, severity, sum(count)::bigint
        from rollup_severity
        where window_start >= $2 and window_start < $3 and ($4::int[] is null or service_id = any($4))
        group by 1, 2 order by 1, 2
        """;

    private const string WindowsSql =
        """
        select window_start, severity, sum(count)::bigint
        from rollup_severity
        where window_start = any($1) and ($2::int[] is null or service_id = any($2))
        group by 1, 2 order by 1, 2
        """;

    private const string IsThinnedSql = "select exists (select 1 from rollup_severity where window_start >= $1 and window_start < $2 and width_s > 10)";

    private const string SumSql =
        """
        select min(window_start), severity, sum(count)::bigint
        from unnest($1::timestamptz[], $2::timestamptz[]) as stretch(begins, ends) join rollup_severity on window_start >= begins and window_start < ends
        where $3::int[] is null or service_id = any($3)
        group by 2 order by 2
        """;

    private const string ArrivalSql =
        """
        select coalesce(sum(received), 0)::bigint, coalesce(sum(late), 0)::bigint,
               coalesce(sum(received) filter (where outside), 0)::bigint,
               coalesce(min(event_window) filter (where outside and not stray), min(event_window) filter (where outside)),
               coalesce(max(event_window) filter (where outside and not stray), max(event_window) filter (where outside)),
               coalesce(sum(received) filter (where outside and event_window > arrival_window), 0)::bigint,
               case when bool_or(outside and not stray) then coalesce(sum(received) filter (where outside and stray), 0) else 0 end::bigint
        from (
            select *, (event_window < $1 or event_window >= $2) and (event_window < arrival_window - $4 or event_window > arrival_window + $4) as outside,
                   event_window > arrival_window + interval '1 hour' or event_window < '1980-01-01T00:00:00Z' as stray
            from rollup_arrival
        ) arrivals
        where arrival_window >= $1 and arrival_window < $2 and ($3::int[] is null or service_id = any($3))
        """;

    private const string PlanSql =
        """
        select window_start, max(width_s), sum(count)::bigint
        from rollup_severity
        where window_start >= $1 and window_start < $2 and ($3::int[] is null or service_id = any($3)) and severity = any($4)
        group by 1 order by window_start + max(width_s) * interval '1 second' desc, 1 desc limit $5
        """;

    private const string TemplatePlanSql =
        """
        select window_start, max(width_s), sum(count)::bigint
        from rollup_template
        where window_start >= $1 and window_start < $2 and template_id = $3
        group by 1 order by window_start + max(width_s) * interval '1 second' desc, 1 desc limit $4
        """;

    /// <summary>The narrowest step in which all of a range can be told: 10 s, or a minute once any of its windows have been joined into minutes.</summary>
    public async Task<TimeSpan> GrainAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(IsThinnedSql, connection) { Parameters = { At(from), At(to) } };
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true ? BucketWidth.Thinned : BucketWidth.Rollup;
    }

    /// <summary>Counts per step and band; steps without records are absent.</summary>
    /// <param name="step">A whole multiple of <see cref="GrainAsync"/>; buckets are counted from the epoch.</param>
    /// <param name="services">Only these, or null for all.</param>
    public async Task<IReadOnlyList<SeverityPoint>> SeverityAsync(
        DateTimeOffset from, DateTimeOffset to, TimeSpan step, int[]? services, CancellationToken cancellationToken) =>
        await ReadPointsAsync(SeveritySql, cancellationToken,
            new NpgsqlParameter<TimeSpan> { TypedValue = step }, At(from), At(to), SqlValues.IdsOrAll(services)).ConfigureAwait(false);

    /// <summary>Counts of all of the stretches together, a point a band; none for a band without records.</summary>
    /// <param name="stretches">Each [from, to), on borders of <see cref="GrainAsync"/>; none meets another.</param>
    public async Task<IReadOnlyList<SeverityPoint>> SumAsync(
        IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> stretches, int[]? services, CancellationToken cancellationToken) =>
        await ReadPointsAsync(SumSql, cancellationToken,
            new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. stretches.Select(stretch => stretch.From)] },
            new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. stretches.Select(stretch => stretch.To)] }, SqlValues.IdsOrAll(services)).ConfigureAwait(false);

    /// <summary>Counts of the given windows at 10 s; windows without records are absent.</summary>
    public async Task<IReadOnlyList<SeverityPoint>> WindowsAsync(
        IReadOnlyCollection<DateTimeOffset> windows, int[]? services, CancellationToken cancellationToken) =>
        await ReadPointsAsync(WindowsSql, cancellationToken,
            new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. windows] }, SqlValues.IdsOrAll(services)).ConfigureAwait(false);

    /// <summary>What arrived in a range; its borders are multiples of 10 s.</summary>
    /// <param name="transport">Records whose event time is within this of their arrival are never counted as outside.</param>
    public async Task<ArrivalSummary> ArrivalAsync(
        DateTimeOffset from, DateTimeOffset to, TimeSpan transport, int[]? services, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(ArrivalSql, connection) { Parameters = { At(from), At(to), SqlValues.IdsOrAll(services), new NpgsqlParameter<TimeSpan> { TypedValue = transport } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new ArrivalSummary(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2),
            reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
            reader.IsDBNull(4) ? null : TumblingWindow.End(reader.GetFieldValue<DateTimeOffset>(4), BucketWidth.Rollup),
            reader.GetInt64(5), reader.GetInt64(6));
    }

    /// <summary>The newest windows that hold records of the services in the bands, latest end first, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<RollupWindow>> WindowsWithAsync(
        DateTimeOffset from, DateTimeOffset to, int[]? services, IEnumerable<SeverityBand> bands, int limit, CancellationToken cancellationToken) =>
        ReadWindowsAsync(PlanSql, cancellationToken,
            At(from), At(to), SqlValues.IdsOrAll(services), new NpgsqlParameter<short[]> { TypedValue = [.. bands.Select(band => (short)band)] }, new NpgsqlParameter<int> { TypedValue = limit });

    /// <summary>The newest windows that hold records of the template, latest end first, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<RollupWindow>> WindowsWithTemplateAsync(
        DateTimeOffset from, DateTimeOffset to, int template, int limit, CancellationToken cancellationToken) =>
        ReadWindowsAsync(TemplatePlanSql, cancellationToken,
            At(from), At(to), new NpgsqlParameter<int> { TypedValue = template }, new NpgsqlParameter<int> { TypedValue = limit });

    private async Task<IReadOnlyList<RollupWindow>> ReadWindowsAsync(
        string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        var windows = new List<RollupWindow>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            windows.Add(new RollupWindow(reader.GetFieldValue<DateTimeOffset>(0), TimeSpan.FromSeconds(reader.GetInt16(1)), reader.GetInt64(2)));
        }

        return windows;
    }

    private async Task<IReadOnlyList<SeverityPoint>> ReadPointsAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        var points = new List<SeverityPoint>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            points.Add(new SeverityPoint(reader.GetFieldValue<DateTimeOffset>(0), (SeverityBand)reader.GetInt16(1), reader.GetInt64(2)));
        }

        return points;
    }

    private static NpgsqlParameter<DateTimeOffset> At(DateTimeOffset moment) => new() { TypedValue = moment.ToUniversalTime() };
}
