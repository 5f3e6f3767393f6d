namespace LogConsole.Ingestion.Formats;

/// <summary>What a request says about all its records, and the limits that hold for them.</summary>
internal sealed record RecordContext
{
    /// <summary>Our clock when the request arrived.</summary>
    public required LogTimestamp Arrival { get; init; }

    /// <summary>The zone of timestamps that name none.</summary>
    public required SourceZone Zone { get; init; }

    /// <summary>The service of records that name none, or null.</summary>
    public string? DefaultService { get; init; }

    /// <summary>Every record is CLEF; without it a record is when it carries <c>@t</c>.</summary>
    public bool IsClef { get; init; }

    /// <summary>The records come from our own store: <see cref="FieldNames.Flags"/> is believed.</summary>
    public bool IsOwnStore { get; init; }

    public required IngestionOptions Limits { get; init; }

    /// <summary>Flags of a timestamp against our clock.</summary>
    public LogRecordFlags DistanceOf(LogTimestamp timestamp)
    {
        var ahead = timestamp.UnixMicroseconds - Arrival.UnixMicroseconds;
        if (ahead > Limits.FarFuture.Ticks / TimeSpan.TicksPerMicrosecond)
        {
            return LogRecordFlags.FarFuture;
        }

        return -ahead > Limits.FarPast.Ticks / TimeSpan.TicksPerMicrosecond ? LogRecordFlags.FarPast : LogRecordFlags.None;
    }
}
