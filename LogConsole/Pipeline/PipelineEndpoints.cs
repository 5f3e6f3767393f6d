using System.Globalization;
using System.Text.Json;
using LogConsole.Ingestion;
using LogConsole.Storage;
using LogConsole.Telemetry;
using LogConsole.Web;

namespace LogConsole.Pipeline;

/// <summary><c>/api/pipeline/…</c>: what the pipeline does, flush, reset.</summary>
internal static class PipelineEndpoints
{
    /// <summary>What a reset asks for, so that it cannot happen by a stray request.</summary>
    private const string ResetName = "LogConsole";

    /// <summary>Maps below <c>/api</c>.</summary>
    /// <param name="api">The group every reader may use.</param>
    /// <param name="admin">The group of administrators.</param>
    public static void Map(IEndpointRouteBuilder api, IEndpointRouteBuilder admin)
    {
        api.MapGet("/pipeline/stats", Stats)
            .WithName("PipelineStats").WithSummary("Counts since the process started; every record is in exactly one outcome.");
        admin.MapPost("/pipeline/flush", FlushAsync)
            .WithName("PipelineFlush").WithSummary("Answers when everything received before is durable.");
        admin.MapPost("/pipeline/reset", ResetAsync)
            .WithName("PipelineReset").WithSummary($"Deletes all records, rollups, patterns and dead letters. Body: {{\"confirm\":\"{ResetName}\"}}.");
    }

    private static IResult Stats(HttpRequest request, PipelineCounters counters, IngestionCounters doors, ProcessStart start)
    {
        RequestQuery.RejectAll(request);
        return Results.Json(StatsJson.Of(start.At, counters.Snapshot(), doors.Snapshot()));
    }

    private static async Task<IResult> FlushAsync(LogPipeline pipeline, PipelineCounters counters, CancellationToken cancellationToken) =>
        await pipeline.FlushAsync(cancellationToken).ConfigureAwait(false)
            ? Results.Json(new { flushed = true, commitSequence = SequenceText(counters.Snapshot().CommitSequence) })
            : Results.Problem("the queue is full or the console is stopping", statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not flushed");

    // 64 bit, so text like the ids: scripts lose digits of large numbers.
    private static string SequenceText(long sequence) => sequence.ToString(CultureInfo.InvariantCulture);

    private static async Task<IResult> ResetAsync(HttpRequest request, LogPipeline pipeline, DataReset reset, CancellationToken cancellationToken)
    {
        if (await ConfirmedNameAsync(request, cancellationToken).ConfigureAwait(false) != ResetName)
        {
            return Results.Problem(
                $"this deletes every record; to do it, send {{\"confirm\":\"{ResetName}\"}}", statusCode: StatusCodes.Status400BadRequest, title: "Not confirmed");
        }

        try
        {
            await pipeline.RunBetweenBatchesAsync(reset.RunAsync, cancellationToken).ConfigureAwait(false);
            return Results.Json(new { reset = true });
        }
        catch (ResetRefusedException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status409Conflict, title: "Not reset");
        }
    }

    private static async Task<string?> ConfirmedNameAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken).ConfigureAwait(false);
            return body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("confirm", out var name) && name.ValueKind == JsonValueKind.String
                ? name.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The answer.</summary>
    /// <param name="Since">The counts begin here: when this console was started.</param>
    private sealed record StatsJson(
        DateTimeOffset Since, string State, string? Reason, long Stored, long Duplicates, long Rejected, long DeadLettered, long Late, long Batches, long Retries,
        string CommitSequence, DateTimeOffset? LastCommitAt, long QueuedRecords, long QueuedBytes, int WaitingSources, double? LagSeconds,
        IReadOnlyList<DoorCounts> Doors)
    {
        public static StatsJson Of(DateTimeOffset since, PipelineStats stats, IReadOnlyList<DoorCounts> doors) => new(
            since, JsonNamingPolicy.CamelCase.ConvertName(stats.Condition.ToString()), stats.Reason, stats.Stored, doors.Sum(door => door.Duplicates), doors.Sum(door => door.Rejected.Values.Sum()), stats.DeadLettered, stats.Late,
            stats.Batches, stats.Retries, SequenceText(stats.CommitSequence), stats.LastCommitAt, stats.QueuedRecords, stats.QueuedBytes, stats.WaitingSources, stats.LagSeconds, doors);
    }
}
