using LogConsole.Ingestion.Formats.Lines;
using LogConsole.Ingestion.Framing;

namespace LogConsole.Ingestion.Formats;

/// <summary>What a request's body held.</summary>
internal sealed class ParsedBody
{
    /// <summary>Errors told one by one; more are only counted.</summary>
    public const int MaxErrors = 100;

    private readonly List<LineError> _errors = [];

    public List<LogRecord> Records { get; } = [];

    /// <summary>The first <see cref="MaxErrors"/> lines that were not taken.</summary>
    public IReadOnlyList<LineError> Errors => _errors;

    public int Rejected { get; private set; }

    /// <summary>Records whose timestamp had no zone.</summary>
    public int ZoneAssumed { get; private set; }

    /// <summary>Every record carried a timestamp that could be read.</summary>
    public bool AllTimestamped { get; private set; } = true;

    /// <summary>Why nothing of the body may be stored, or null.</summary>
    public BodyFault? Fault { get; set; }

    public void Add(LogRecord record)
    {
        Records.Add(record);
        ZoneAssumed += record.Flags.HasFlag(LogRecordFlags.ZoneAssumed) ? 1 : 0;
        AllTimestamped &= !record.Flags.HasFlag(LogRecordFlags.TimestampMissing);
    }

    public void Reject(int line, string reason)
    {
        Rejected++;
        if (_errors.Count < MaxErrors)
        {
            _errors.Add(new LineError(line, reason));
        }
    }
}

/// <summary>A body that is refused whole.</summary>
/// <param name="IsTooLarge">It has more records than a request may; else it is not what it claims to be.</param>
internal sealed record BodyFault(bool IsTooLarge, string Reason);

/// <summary>
/// Cuts a body into records. A broken line or array element is rejected alone. An array that never closes, a body without one readable record,
/// more than <see cref="MaxRejected"/> broken lines and more records than allowed are refused whole: then nothing of it is stored.
/// Pure but for the arena and what the recogniser learns.
/// </summary>
/// <param name="recogniser">What is known of the source's text lines; null when nothing is.</param>
internal sealed class BodyParser(
    RecordContext context, RecordArena arena, Utf8Interner names, SharedJsonCache shared, int maxRecords, LineRecogniser? recogniser = null)
{
    /// <summary>Broken lines after which a body is refused whole, so that garbage costs little.</summary>
    public const int MaxRejected = 10_000;

    private readonly ParsedBody _parsed = new();
    private bool _isClean;
    private int _skipped;
    private JsonRecordParser _json = null!;
    private TextLineParser? _text;

    /// <summary>Reads the body; its records' text points into it and into the arena.</summary>
    public ParsedBody Parse(ReadOnlyMemory<byte> body, BodyFormat format)
    {
        if (Utf16.Of(body.Span) is not null)
        {
            _parsed.Fault = new BodyFault(false, Utf16.Refused);
            return _parsed;
        }

        if (body.Span.StartsWith("\uFEFF"u8))
        {
            _skipped = 3;
            body = body[_skipped..];
        }

        _isClean = Utf8Text.IsClean(body.Span);
        _json = new JsonRecordParser(format == BodyFormat.Clef ? context with { IsClef = true } : context, arena, names, shared);
        var isText = false;
        switch (Resolve(format, body.Span))
        {
            case BodyFormat.Text:
                isText = true;
                ParseText(body);
                break;
            case BodyFormat.Json:
                ParseElements(body);
                break;
            default:
                ParseLines(body);
                break;
        }

        if (_parsed is { Fault: null, Records.Count: 0, Rejected: > 0 } && !isText)
        {
            _parsed.Fault = new BodyFault(false, $"none of the {_parsed.Rejected:N0} lines is a JSON object");
        }

        return _parsed;
    }

    /// <summary>How a body will be read: never <see cref="BodyFormat.Unknown"/>, and <see cref="BodyFormat.Json"/> only when it is cut by its brackets.</summary>
    public static BodyFormat Resolve(BodyFormat format, ReadOnlySpan<byte> body)
    {
        body = body.StartsWith("\uFEFF"u8) ? body[3..] : body;
        if (format is not (BodyFormat.Unknown or BodyFormat.Json))
        {
            return format;
        }

        var start = body.TrimStart(" \t\r\n"u8);
        if (format == BodyFormat.Json)
        {
            // An object that ends on its first line: the lines are records, and a broken one must not swallow the next.
            var firstLine = start.IndexOf((byte)'\n') is >= 0 and var end ? start[..end] : start;
            var isLines = start.IsEmpty || (start[0] == '{' && new JsonElements(firstLine).TryNext(out _));
            return isLines ? BodyFormat.NewlineDelimited : BodyFormat.Json;
        }

        var isArray = start.StartsWith("["u8) && start[1..].TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)']', ..];
        return isArray ? BodyFormat.Json : start.IsEmpty || start[0] == '{' ? BodyFormat.NewlineDelimited : BodyFormat.Text;
    }

    private void ParseText(ReadOnlyMemory<byte> body)
    {
        var text = Text();
        text.Learn(body);
        var lines = new JoinedLines(body, context.Limits.MaxLineBytes);
        while (HasRoom() && lines.TryNext(out var line, out var number))
        {
            _parsed.Add(text.Parse(line, number, _isClean));
        }
    }

    private TextLineParser Text() =>
        _text ??= new TextLineParser(context, arena, _json, names, recogniser ?? new LineRecogniser(), new TimeRules(context.Zone, context.Arrival));

    private void ParseLines(ReadOnlyMemory<byte> body)
    {
        var lines = new BodyLines(body);
        while (HasRoom() && lines.TryNext(out var line, out var number))
        {
            ParseObject(line, number);
        }
    }

    private void ParseElements(ReadOnlyMemory<byte> body)
    {
        var elements = new JsonElements(body.Span);
        var number = 0;
        while (HasRoom() && elements.TryNext(out var range))
        {
            ParseObject(body[range], ++number);
        }

        if (_parsed.Fault is null && !elements.IsComplete)
        {
            var reason = elements switch
            {
                { TrailingAt: >= 0 and var at } => $"the JSON array is closed, and something follows it at byte {_skipped + at + 1:N0}; send one array, or one object a line",
                { IsArray: true } => "the JSON array never closes",
                _ => "the JSON object never closes",
            };
            _parsed.Fault = new BodyFault(false, reason);
        }
    }

    private void ParseObject(ReadOnlyMemory<byte> line, int number)
    {
        var flags = LogRecordFlags.None;
        if (!_isClean && !Utf8Text.IsClean(line.Span))
        {
            arena.Begin();
            Utf8Text.WriteRepaired(arena, line.Span, ref flags);
            line = arena.End();
        }

        line = line.Trim(" \t"u8);

        // Most garbage shows at its ends, and an exception a line would be dear.
        var bytes = line.Span;
        if (bytes[0] != '{' || bytes[^1] != '}')
        {
            _parsed.Reject(number, bytes[0] == '{' ? "the JSON object never closes" : "not a JSON object");
        }
        else if (_json.TryParse(line, number, flags, out var record, out var reason))
        {
            _parsed.Add(_json.HoldsLine ? Text().Unwrap(record) : record);
        }
        else
        {
            _parsed.Reject(number, reason);
        }
    }

    private bool HasRoom()
    {
        if (_parsed.Records.Count > maxRecords)
        {
            _parsed.Fault = new BodyFault(true, $"more than {maxRecords:N0} records in one request");
        }
        else if (_parsed.Rejected > MaxRejected)
        {
            _parsed.Fault = new BodyFault(false, $"more than {MaxRejected:N0} lines are not JSON objects");
        }

        return _parsed.Fault is null;
    }
}
