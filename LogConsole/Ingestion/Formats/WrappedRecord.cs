namespace LogConsole.Ingestion.Formats;

/// <summary>
/// The record of a line that was delivered inside another: what the inner line says counts, what it does not say is the outer's. The inner time
/// counts only where it has a zone; attributes are those of both. Pure but for the arena.
/// </summary>
internal static class WrappedRecord
{
    private const LogRecordFlags TimeFlags =
        LogRecordFlags.TimestampMissing | LogRecordFlags.ZoneAssumed | LogRecordFlags.FarFuture | LogRecordFlags.FarPast;

    public static LogRecord Of(LogRecord outer, LogRecord inner, RecordContext context, RecordArena arena)
    {
        var isInnerTime = outer.Flags.HasFlag(LogRecordFlags.TimestampMissing)
            || (inner.Flags & (LogRecordFlags.TimestampMissing | LogRecordFlags.ZoneAssumed)) == LogRecordFlags.None;
        var timed = isInnerTime ? inner : outer;
        var levelled = inner.SeverityNumber == SeverityNumber.Unspecified && inner.SeverityText is null ? outer : inner;
        var flags = ((outer.Flags | inner.Flags) & ~TimeFlags) | (timed.Flags & TimeFlags);
        var isNamed = inner.Service != (context.DefaultService ?? LogRecord.UnknownService);
        return new LogRecord
        {
            Timestamp = timed.Timestamp,
            ObservedTimestamp = inner.ObservedTimestamp,
            SeverityNumber = levelled.SeverityNumber,
            SeverityText = levelled.SeverityText,
            Service = isNamed || outer.Service == LogRecord.UnknownService ? inner.Service : outer.Service,
            Host = inner.Host ?? outer.Host,
            Body = inner.Body,
            Attributes = Joined(outer.Attributes, inner.Attributes, context.Limits.MaxAttributesBytes, arena, ref flags),
            Resource = inner.Resource ?? outer.Resource,
            Scope = inner.Scope ?? outer.Scope,
            TraceId = inner.TraceId.IsEmpty ? outer.TraceId : inner.TraceId,
            SpanId = inner.SpanId == 0 ? outer.SpanId : inner.SpanId,
            Flags = flags,
            Line = inner.Line,
        };
    }

    // {"a":1} and {"b":2} make {"a":1,"b":2}; of a name in both, jsonb keeps the last.
    private static ReadOnlyMemory<byte> Joined(
        ReadOnlyMemory<byte> outer, ReadOnlyMemory<byte> inner, int maxBytes, RecordArena arena, ref LogRecordFlags flags)
    {
        if (outer.IsEmpty || inner.IsEmpty)
        {
            return outer.IsEmpty ? inner : outer;
        }

        if ((long)outer.Length + inner.Length > maxBytes)
        {
            flags |= LogRecordFlags.Truncated;
            return inner;
        }

        arena.Begin();
        arena.Write(outer.Span[..^1]);
        arena.Write((byte)',');
        arena.Write(inner.Span[1..]);
        return arena.End();
    }
}
