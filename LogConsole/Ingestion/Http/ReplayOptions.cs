namespace LogConsole.Ingestion.Http;

/// <summary>How a replay sends its lines.</summary>
internal enum ReplayFormat
{
    /// <summary>JSON when the first character is <c>{</c>, else text.</summary>
    Auto,
    Text,
    Ndjson,
}

/// <summary>What <c>replay</c> was asked to do.</summary>
internal sealed record ReplayOptions
{
    /// <summary>A path, or <c>-</c> for standard input.</summary>
    public required string File { get; init; }

    public required Uri To { get; init; }

    public string? Service { get; init; }

    public string? Zone { get; init; }

    public ReplayFormat Format { get; init; }

    /// <summary>0 is as fast as possible.</summary>
    public int LinesPerSecond { get; init; }

    /// <summary>Go on with what is appended.</summary>
    public bool Follow { get; init; }

    /// <summary>Not to be recognised as a repeat of an earlier replay.</summary>
    public bool Again { get; init; }

    /// <summary>How long to keep trying one batch.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    public string? ApiKey { get; init; }

    /// <summary>
    /// Most lines in one request: half a second's worth, so that a slow replay looks like a stream.
    /// </summary>
    public int BatchLines => LinesPerSecond == 0 ? MaxBatchLines : Math.Clamp(LinesPerSecond / 2, 1, MaxBatchLines);

    private const int MaxBatchLines = 2_000;
}
