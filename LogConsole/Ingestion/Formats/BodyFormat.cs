namespace LogConsole.Ingestion.Formats;

/// <summary>How a request's body is cut into records.</summary>
internal enum BodyFormat
{
    /// <summary>Told from the first bytes: <c>{</c> is newline-delimited JSON, <c>[{</c> or <c>[]</c> an array, anything else text.</summary>
    Unknown,

    /// <summary>One record a line, stack traces joined to theirs; what a header says is found by recognition.</summary>
    Text,

    /// <summary>One JSON object a line; a broken line costs only itself.</summary>
    NewlineDelimited,

    /// <summary>An array of objects, one object (which may span lines), or newline-delimited objects.</summary>
    Json,

    /// <summary>Newline-delimited JSON with CLEF's names and defaults.</summary>
    Clef,
}
