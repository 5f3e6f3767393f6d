using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Anomalies.Explanations;

/// <summary>Computes the numbers of evidence from the stores: once when an explanation is made, and again for whoever doubts it. Throws what the database throws.</summary>
public sealed class EvidenceReader(Database database, RollupStore rollups)
{
    private const int MinMinuteRecords = 10;

    private const string TemplateSql =
        """
        select coalesce(sum(count) filter (where window_start >= $3), 0)::bigint, coalesce(sum(count) filter (where window_start < $3), 0)::bigint
        from rollup_template where template_id = $1 and window_start >= $2 and window_start < $4
        """;

    private const string OnsetSql = "select min(start_window) from anomalies where incident_id = $1 and service_id = $2";

    private const string LineSql = "select count(*) from logs where ts >= $2 and ts < $3 and id = $1";

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    /// <summary>The numbers of a fact, now.</summary>
    public async Task<IReadOnlyList<EvidenceNumber>> ReadAsync(EvidenceQuery query, CancellationToken cancellationToken) => query.Kind switch
    {
        EvidenceKind.TemplateRise => await TemplateAsync(query, cancellationToken).ConfigureAwait(false),
        EvidenceKind.Onset => await OnsetAsync(query, cancellationToken).ConfigureAwait(false),
        EvidenceKind.Line => await LineAsync(query, cancellationToken).ConfigureAwait(false),
        _ => Series(query, await MinutesAsync(query, cancellationToken).ConfigureAwait(false)),
    };

    private static IReadOnlyList<EvidenceNumber> Series(EvidenceQuery query, IReadOnlyList<(long Records, long Errors)> steps)
    {
        var records = steps.Sum(step => step.Records);
        var errors = steps.Sum(step => step.Errors);
        switch (query.Kind)
        {
            case EvidenceKind.ErrorShare:
                return [new("records", records), new("errors", errors), new("share", records == 0 ? 0 : (double)errors / records)];
            case EvidenceKind.LogRate:
                return [new("records", records), new("perSecond", records / (query.To - query.From).TotalSeconds)];
            case EvidenceKind.ErrorShareRange:
                return Range([.. steps.Where(step => step.Records >= MinMinuteRecords).Select(step => (double)step.Errors / step.Records)]);
            default:
                return Range([.. steps.Select(step => step.Records / s_minute.TotalSeconds)]);
        }
    }

    private static IReadOnlyList<EvidenceNumber> Range(IReadOnlyCollection<double> minutes)
    {
        var (low, high) = TemplateRises.Range(minutes);
        return [new("minutes", minutes.Count), new("low", low), new("high", high)];
    }

    // Minutes are counted back from the end: a range ends where an incident begins, not on the clock's minute.
    private async Task<IReadOnlyList<(long Records, long Errors)>> MinutesAsync(EvidenceQuery query, CancellationToken cancellationToken)
    {
        var points = await rollups.SeverityAsync(query.From, query.To, BucketWidth.Rollup, [query.ServiceId], cancellationToken).ConfigureAwait(false);
        return
        [
            .. points.GroupBy(point => (long)((query.To - point.Start - TimeSpan.FromTicks(1)) / s_minute))
                .Select(group => (group.Sum(point => point.Count), group.Where(point => point.Band >= SeverityBand.Error).Sum(point => point.Count))),
        ];
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
        await using var command = new NpgsqlCommand(OnsetSql, connection) { Parameters = { Value(long.Parse(query.IncidentId!)), Value(query.ServiceId) } };
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is DateTime start
            ? [new("start", new DateTimeOffset(start).ToUnixTimeSeconds())]
            : [];
    }

    private async Task<IReadOnlyList<EvidenceNumber>> LineAsync(EvidenceQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(LineSql, connection) { Parameters = { Value(long.Parse(query.LineId!)), Value(query.From), Value(query.To) } };
        return [new("lines", (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)];
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };
}
