using System.Text.Json.Serialization;
using LogConsole.Ingestion.Formats;

namespace LogConsole.Ingestion.Http;

/// <summary>What a request's records became; sent when all of that is durable.</summary>
/// <param name="Accepted">Records now in the log table.</param>
/// <param name="Duplicates">Records known from an earlier request.</param>
/// <param name="Rejected">Lines that were not taken.</param>
/// <param name="DeadLettered">Records the database refused, kept as dead letters.</param>
/// <param name="Errors">The first 100 of the rejected lines and dead letters.</param>
/// <param name="MoreErrors">How many were left out of <paramref name="Errors"/>.</param>
/// <param name="ZoneAssumed">Records whose timestamp had no zone.</param>
/// <param name="Zone">The zone that was assumed for them; null when there are none.</param>
public sealed record IngestReply(
    int Accepted,
    int Duplicates,
    int Rejected,
    int DeadLettered,
    IReadOnlyList<LineError> Errors,
    int MoreErrors,
    int ZoneAssumed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Zone)
{
    /// <summary>What became of a request.</summary>
    /// <param name="parsed">What it held; null when that is not known.</param>
    /// <param name="zone">The zone of timestamps that named none.</param>
    internal static IngestReply Of(ParsedBody? parsed, DeliveryOutcome outcome, SourceZone zone)
    {
        var errors = (parsed?.Errors ?? []).Concat(outcome.DeadLetters).Take(ParsedBody.MaxErrors).ToList();
        var (rejected, assumed) = (parsed?.Rejected ?? 0, parsed?.ZoneAssumed ?? 0);
        return new IngestReply(
            outcome.Stored, outcome.Duplicates, rejected, outcome.DeadLettered, errors, rejected + outcome.DeadLettered - errors.Count,
            assumed, assumed == 0 ? null : zone.Name);
    }
}

/// <summary>Serialisers without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IngestReply))]
internal sealed partial class IngestJson : JsonSerializerContext;
