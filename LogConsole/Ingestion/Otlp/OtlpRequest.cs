using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Http;

namespace LogConsole.Ingestion.Otlp;

/// <summary>A request to <see cref="OtlpDoor"/>: protobuf or JSON, answered in the same.</summary>
internal sealed record OtlpRequest : DoorRequest
{
    /// <summary>Whether the body and the answer are protobuf; else JSON.</summary>
    public required bool IsProto { get; init; }

    /// <summary>Makes the reader of a body.</summary>
    public required Func<RecordArena, OtlpRecords> Records { private get; init; }

    /// <inheritdoc/>
    public override string Door => OtlpDoor.Name;

    /// <inheritdoc/>
    public override string ReadingOf(ReadOnlySpan<byte> body) => IsProto ? "otlp protobuf\n" : "otlp json\n";

    /// <inheritdoc/>
    public override long MostRecords(ReadOnlySpan<byte> body) => IsProto ? OtlpProtoReader.Count(body) : base.MostRecords(body);

    /// <inheritdoc/>
    public override ParsedBody Read(ReadOnlyMemory<byte> body, RecordArena arena, string owner)
    {
        var records = Records(arena);
        if (IsProto)
        {
            return new OtlpProtoReader(arena, records).Read(body.Span);
        }

        var flags = LogRecordFlags.None;
        if (!Utf8Text.IsClean(body.Span))
        {
            arena.Begin();
            Utf8Text.WriteRepaired(arena, body.Span, ref flags);
            body = arena.End();
        }

        return new OtlpJsonReader(records).Read(body, flags);
    }

    /// <inheritdoc/>
    public override IResult Reply(HttpContext context, ParsedBody? parsed, DeliveryOutcome outcome) =>
        new OtlpAnswer(StatusCodes.Status200OK, IsProto, OtlpMessages.Response(IsProto, parsed?.Rejected ?? 0, parsed is { Rejected: > 0 } ? parsed.Errors[0].Reason : ""));

    /// <inheritdoc/>
    public override IResult Refuse(HttpContext context, IngestRefusal refusal) =>
        new OtlpAnswer(refusal.Status, IsProto, OtlpMessages.Status(IsProto, refusal)) { RetryAfter = refusal.RetryAfter };
}
