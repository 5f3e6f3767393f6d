using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Anomalies.Explanations;

/// <summary>Computes the numbers of evidence from the stores: once when an explanation is made, and again for whoever doubts it. Throws what the database throws.</summary>
public sealed class EvidenceReader(Database database, RollupStore rollups, ListeningStore listening)
{
    private const int MinMinuteRecords = 10;

    private const string TemplateSql =
        """
        select coalesce(sum(count) filter (where window_start >= $3), 0)::bigint, coalesce(sum(count) filter (where window_start < $3), 0)::bigint
        from rollup_template where template_id = $1 and window_start >= $2 and window_start < $4
        """;

    private const string OnsetSql = "select min(start_window) from anomalies where incident_id = $1 and service_id = $2 and start_window >= $3";

    private const string LineSql = "select count(*), min(ts) from logs where ts >= $2 and ts < $3 and id = $1";

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    /// <summary>The numbers of a fact, now.</summary>
    public async Task<IReadOnlyList<EvidenceNumber>> ReadAsync(EvidenceQuery query, CancellationToken cancellationToken) => query.Kind switch
    {
        EvidenceKind.TemplateRise => await TemplateAsync(query, cancellationToken).ConfigureAwait(false),
        EvidenceKind.Onset => await OnsetAsync(query, cancellationToken).ConfigureAwait(false),
        EvidenceKind.Line => await LineAsync(query, cancellationToken).ConfigureAwait(false),
        EvidenceKind.ErrorShareRange or EvidenceKind.LogRateRange => Range(query.Kind, await MinutesAsync(query, cancellationToken).ConfigureAwait(false)),
        _ => await SeriesAsync(query, cancellationToken).ConfigureAwait(false),
    };

    /// <summary>The stretch from the first to the last calm minute of a service in the hour before a moment; null when there is none.</summary>
    public async Task<(DateTimeOffset From, DateTimeOffset To)?> HourBeforeAsync(int serviceId, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var to = BucketWidth.Floor(moment, s_minute);
        var minutes = await CalmMinutesAsync(serviceId, to - TimeSpan.FromHours(1), to, cancellationToken).ConfigureAwait(false);
        return minutes.Count == 0 ? null : (minutes[0], minutes[^1] + s_minute);
    }

    private async Task<IReadOnlyList<EvidenceNumber>> SeriesAsync(EvidenceQuery query, CancellationToken cancellationToken)
    {
        var points = await rollups.SeverityAsync(query.From, query.To, BucketWidth.Rollup, [query.ServiceId], cancellationToken).ConfigureAwait(false);
        var records = points.Sum(point => point.Count);
        var errors = points.Where(point => point.Band >= SeverityBand.Error).Sum(point => point.Count);
        return query.Kind == EvidenceKind.ErrorShare
            ? [new("records", records), new("errors", errors), new("share", records == 0 ? 0 : (double)errors / records)]
            : [new("records", records), new("perSecond", records / (query.To - query.From).TotalSeconds)];
    }

    private static IReadOnlyList<EvidenceNumber> Range(EvidenceKind kind, IEnumerable<(long Records, long Errors)> minutes)
    {
        double[] values = kind == EvidenceKind.ErrorShareRange
            ? [.. minutes.Where(minute => minute.Records >= MinMinuteRecords).Select(minute => (double)minute.Errors / minute.Records)]
            : [.. minutes.Select(minute => minute.Records / s_minute.TotalSeconds)];
        return [new("minutes", values.Length), new("low", values.DefaultIfEmpty().Min()), new("high", values.DefaultIfEmpty().Max())];
    }

    private async Task<IEnumerable<(long Records, long Errors)>> MinutesAsync(EvidenceQuery query, CancellationToken cancellationToken)
    {
        var calm = await CalmMinutesAsync(query.ServiceId, query.From, query.To, cancellationToken).ConfigureAwait(false);
        var points = await rollups.SeverityAsync(query.From, query.To, s_minute, [query.ServiceId], cancellationToken).ConfigureAwait(false);
        var byMinute = points.ToLookup(point => point.Start);
        return calm.Select(minute => (
            byMinute[minute].Sum(point => point.Count), byMinute[minute].Where(point => point.Band >= SeverityBand.Error).Sum(point => point.Count)));
    }

    private async Task<IReadOnlyList<DateTimeOffset>> CalmMinutesAsync(int serviceId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var listened = await listening.ReadAsync(from, to, cancellationToken).ConfigureAwait(false);
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await CalmMinutes.ReadAsync(connection, serviceId, from, to, listened, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<EvidenceNumber>> TemplateAsync(EvidenceQuery query, CancellationToken cancellationToken)
    {
        var beforeFrom = query.Before ?? query.From;
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var covered = await Coverage.ReadAsync(connection, [query.ServiceId], beforeFrom, query.From, cancellationToken).ConfigureAwait(false);
        var known = covered.GetValueOrDefault(query.ServiceId);
        await using var command = new NpgsqlCommand(TemplateSql, connection) { Parameters = { Value(query.TemplateId!.Value), Value(beforeFrom), Value(query.From), Value(query.To) } };
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        var (during, before, length) = (row.GetInt64(0), row.GetInt64(1), query.To - query.From);
        EvidenceNumber[] numbers =
        [
            new("during", during), new("duringSeconds", length.TotalSeconds), new("before", before), new("beforeSeconds", known.TotalSeconds),
        ];
        return TemplateRises.Lift(during, length, before, known) is { } lift ? [.. numbers, new("lift", lift)] : numbers;
    }

    private async Task<IReadOnlyList<EvidenceNumber>> OnsetAsync(EvidenceQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(OnsetSql, connection) { Parameters = { Value(long.Parse(query.IncidentId!)), Value(query.ServiceId), Value(query.From) } };
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is DateTime start
            ? [new("start", new DateTimeOffset(start).ToUnixTimeSeconds())]
            : [];
    }

    private async Task<IReadOnlyList<EvidenceNumber>> LineAsync(EvidenceQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(LineSql, connection) { Parameters = { Value(long.Parse(query.LineId!)), Value(query.From), Value(query.To) } };
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        return row.IsDBNull(1) ? [new("lines", 0)] : [new("lines", row.GetInt64(0)), new("at", (row.GetFieldValue<DateTimeOffset>(1) - DateTimeOffset.UnixEpoch).TotalMilliseconds)];
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };
}
