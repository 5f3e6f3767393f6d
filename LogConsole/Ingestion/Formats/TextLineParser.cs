using LogConsole.Ingestion.Formats.Lines;

namespace LogConsole.Ingestion.Formats;

/// <summary>
/// One line of plain text to one record: <see cref="LineRecogniser"/> says what is time, level, name and message; what else the header holds becomes
/// attributes (<c>logger</c>, <c>thread</c>, <c>pid</c>, and <c>header</c> where there are words nobody knows). A line that is a JSON object is
/// read as one, also behind a container runtime's prefix; the line such an object holds is read in its turn (<see cref="Unwrap"/>). Never throws.
/// The record's text points into the line and the arena. Reused from line to line by one thread.
/// </summary>
/// <param name="json">Reads lines that are JSON objects; null when there are none.</param>
/// <param name="names">Shares the strings of services, hosts and levels.</param>
/// <param name="rules">What the source's timestamps leave out.</param>
internal sealed class TextLineParser(
    RecordContext context, RecordArena arena, JsonRecordParser? json, Utf8Interner names, LineRecogniser recogniser, TimeRules rules)
{
    // A broken object costs an exception: after so many of them lines with braces are taken for text.
    private const int MostBrokenObjects = 100;

    private int _brokenObjects;

    /// <summary>Digits after the second the last line's time had; -1 when nobody counted.</summary>
    public int FractionDigits { get; private set; }

    /// <summary>The logger or tag of the last line, or empty.</summary>
    public ReadOnlyMemory<byte> Logger { get; private set; }

    /// <summary>Stands in for the time of a line without one; null for the arrival.</summary>
    public LogTimestamp? TimeBefore { get; set; }

    /// <summary>Looks at lines that are about to be read when nothing is known of their source yet.</summary>
    public void Learn(ReadOnlyMemory<byte> body)
    {
        if (recogniser.IsLearned)
        {
            return;
        }

        var sample = new List<ReadOnlyMemory<byte>>();
        var lines = new BodyLines(body);
        while (sample.Count < LineRecogniser.SampleLines && lines.TryNext(out var line, out _))
        {
            if (!LineText.IsObject(line.Span))
            {
                sample.Add(AnsiText.Plain(line[..Math.Min(line.Length, LineText.HeaderBytes)]));
            }
        }

        if (sample.Count > 1)
        {
            recogniser.Learn(sample, rules);
        }
    }

    /// <summary>Reads one line that is not blank, without its line end, or several that are one record.</summary>
    /// <param name="isClean">The line is known to be valid UTF-8 without NUL.</param>
    public LogRecord Parse(ReadOnlyMemory<byte> line, int lineNumber, bool isClean)
    {
        var flags = LogRecordFlags.None;
        if (!isClean && !Utf8Text.IsClean(line.Span))
        {
            // Cut first: what is beyond the limit is not worth repairing.
            line = Cut(line, ref flags);
            arena.Begin();
            Utf8Text.WriteRepaired(arena, line.Span, ref flags);
            line = arena.End();
        }

        line = AnsiText.Plain(ContainerFormat.Whole(line, arena), arena);
        if (TryObject(line, lineNumber, flags) is { } found)
        {
            return found;
        }

        line = Cut(line, ref flags);
        // Only the first line has a header; the others belong to the message.
        var firstLine = line.Span.IndexOf((byte)'\n') is >= 0 and var end ? line[..end].TrimEnd((byte)'\r') : line;
        recogniser.Read(firstLine.Span, rules, out var fields);
        if (firstLine.Length < line.Length && !JavaLoggingFormat.TryRead(line.Span, firstLine.Length, ref fields))
        {
            var start = fields.IsLogfmt ? 0 : fields.Body.Start;
            fields.Body = new TextSpan(start, LineText.Rest(line.Span, start).End - start);
            fields.BodyHasEscapes = false;
            fields.BodyHasDoubledQuotes = false;
        }

        return Record(line, lineNumber, flags, ref fields);
    }

    /// <summary>
    /// The record of a line a container runtime put into an object, <c>{"log":"WARN slow\n","stream":"stderr","time":"…"}</c>: read as if it stood
    /// alone, and what it does not say is the object's. Objects within objects end: their escapes double.
    /// </summary>
    public LogRecord Unwrap(LogRecord outer)
    {
        var inner = Parse(outer.Body.TrimEnd("\r\n"u8), outer.Line, isClean: true);
        return Within(outer, inner);
    }

    // An object alone or behind a container runtime's prefix; null for other lines.
    private LogRecord? TryObject(ReadOnlyMemory<byte> line, int lineNumber, LogRecordFlags flags)
    {
        if (json is null || line.Span is not [.., (byte)'}'] || _brokenObjects >= MostBrokenObjects)
        {
            return null;
        }

        TimeMatch time = default;
        var start = 0;
        if (line.Span[0] != '{' && !ContainerFormat.TryPrefix(line.Span, 0, rules, out time, out start))
        {
            return null;
        }

        line = line[start..];
        if (!LineText.IsObject(line.Span))
        {
            return null;
        }

        if (!json.TryParse(line, lineNumber, flags, out var record, out _))
        {
            _brokenObjects++;
            return null;
        }

        FractionDigits = -1;
        Logger = default;
        record = json.HoldsLine ? Unwrap(record) : record;
        return start == 0 ? record : Within(Prefix(in time), record);
    }

    private LogRecord Prefix(ref readonly TimeMatch time) => new()
    {
        Timestamp = time.Time,
        ObservedTimestamp = context.Arrival,
        Service = LogRecord.UnknownService,
        Body = default,
        Flags = context.DistanceOf(time.Time) | (time.ZoneAssumed ? LogRecordFlags.ZoneAssumed : LogRecordFlags.None),
    };

    private LogRecord Within(LogRecord outer, LogRecord inner)
    {
        var record = WrappedRecord.Of(outer, inner, context, arena);
        FractionDigits = record.Timestamp == inner.Timestamp ? FractionDigits : -1;
        return record;
    }

    private LogRecord Record(ReadOnlyMemory<byte> line, int lineNumber, LogRecordFlags flags, ref readonly LineFields fields)
    {
        var text = line.Span;
        FractionDigits = fields.FractionDigits;
        Logger = fields.Logger.Of(line);
        if (fields.HasTime)
        {
            flags |= context.DistanceOf(fields.Time) | (fields.ZoneAssumed ? LogRecordFlags.ZoneAssumed : LogRecordFlags.None);
        }
        else
        {
            flags |= LogRecordFlags.TimestampMissing;
        }

        var attributes = Attributes(text, in fields, ref flags);
        return new LogRecord
        {
            Timestamp = fields.HasTime ? fields.Time : TimeBefore ?? context.Arrival,
            ObservedTimestamp = context.Arrival,
            SeverityNumber = fields.SeverityNumber,
            SeverityText = fields.Level.IsEmpty ? null : names.Get(fields.Level.Of(text), LogRecordLimits.SeverityTextChars),
            Service = fields.Service.IsEmpty ? context.DefaultService ?? LogRecord.UnknownService : names.Get(fields.Service.Of(text), LogRecordLimits.NameChars),
            Host = fields.Host.IsEmpty ? null : names.Get(fields.Host.Of(text), LogRecordLimits.NameChars),
            Body = fields.BodyHasEscapes ? Unescaped(fields.Body.Of(text)) : fields.BodyHasDoubledQuotes ? Undoubled(fields.Body.Of(text)) : fields.Body.Of(line),
            Attributes = attributes,
            Flags = flags,
            Line = lineNumber,
        };
    }

    private ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> line, ref LogRecordFlags flags)
    {
        var limit = context.Limits.MaxLineBytes;
        if (line.Length <= limit)
        {
            return line;
        }

        flags |= LogRecordFlags.Truncated;
        return line[..Utf8Text.CutLength(line.Span, limit)];
    }

    private ReadOnlyMemory<byte> Attributes(ReadOnlySpan<byte> line, ref readonly LineFields fields, ref LogRecordFlags flags)
    {
        var hasPairs = fields.IsLogfmt;
        var longService = fields.Service.Length > LogRecordLimits.NameChars ? fields.Service : default;
        var longHost = fields.Host.Length > LogRecordLimits.NameChars ? fields.Host : default;
        if (fields.Logger.IsEmpty && fields.Thread.IsEmpty && fields.ProcessId.IsEmpty && !fields.HasOtherColumns && !hasPairs
            && longService.IsEmpty && longHost.IsEmpty)
        {
            return default;
        }

        var members = new JsonMembers(arena, context.Limits.MaxAttributesBytes);
        arena.Begin();
        members.Open();
        // A name that is cut stays whole as an attribute.
        Write("service.name"u8, longService.Of(line), ref members, ref flags);
        Write("host.name"u8, longHost.Of(line), ref members, ref flags);
        Write("logger"u8, fields.Logger.Of(line), ref members, ref flags);
        Write("thread"u8, fields.Thread.Of(line), ref members, ref flags);
        Write("pid"u8, fields.ProcessId.Of(line), ref members, ref flags);
        if (fields.HasOtherColumns)
        {
            Write("header"u8, line[..fields.Body.Start].Trim(" \t"u8), ref members, ref flags);
            Write("trailer"u8, line[fields.Body.End..].Trim(" \t"u8), ref members, ref flags);
        }

        if (hasPairs)
        {
            var pairs = new LogfmtPairs(line, 0, fields.IsTabbed);
            while (pairs.TryNext(out var key, out var value, out _))
            {
                if (LogfmtPairs.MeaningOf(key.Of(line)) == LogfmtKey.None || !IsField(value, in fields))
                {
                    WriteMember(key.Of(line), value.Of(line), ref members, ref flags);
                }
            }
        }

        members.Close();
        if (members.IsEmpty)
        {
            arena.Begin();
        }

        return arena.End();
    }

    // A record of several lines has all of them for its message.
    private static bool IsField(TextSpan value, ref readonly LineFields fields) =>
        value == fields.Body || value == fields.Clock || value == fields.Level || value == fields.Service || value == fields.Host
        || fields.Body.Start == 0;

    private void Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref JsonMembers members, ref LogRecordFlags flags)
    {
        if (!value.IsEmpty)
        {
            WriteMember(name, value, ref members, ref flags);
        }
    }

    private void WriteMember(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref JsonMembers members, ref LogRecordFlags flags)
    {
        if (members.TryBegin(name.Length + value.Length, ref flags))
        {
            JsonText.WriteString(arena, name);
            arena.Write((byte)':');
            JsonText.WriteString(arena, value);
            members.End(1, ref flags);
        }
    }

    // Quotes of separated values.
    private ReadOnlyMemory<byte> Undoubled(ReadOnlySpan<byte> text)
    {
        arena.Begin();
        for (var quote = text.IndexOf("\"\""u8); quote >= 0; quote = text.IndexOf("\"\""u8))
        {
            arena.Write(text[..(quote + 1)]);
            text = text[(quote + 2)..];
        }

        arena.Write(text);
        return arena.End();
    }

    // Backslashes of logfmt, which may be anything.
    private ReadOnlyMemory<byte> Unescaped(ReadOnlySpan<byte> text)
    {
        arena.Begin();
        while (text.IndexOf((byte)'\\') is >= 0 and var backslash && backslash + 1 < text.Length)
        {
            arena.Write(text[..backslash]);
            arena.Write(text[backslash + 1] switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'t' => (byte)'\t',
                (byte)'r' => (byte)'\r',
                var itself => itself,
            });
            text = text[(backslash + 2)..];
        }

        arena.Write(text);
        return arena.End();
    }
}
