namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// Finds time, level, names and message of the text lines of one source. Formats that tell themselves are tried first, the general header last;
/// what a source's lines have in common is remembered (<see cref="ColumnStats"/>) and makes later lines surer. Never throws, does not allocate,
/// O(line). One thread at a time.
/// </summary>
internal sealed class LineRecogniser
{
    /// <summary>Lines worth looking at before reading.</summary>
    public const int SampleLines = 512;

    private const int MostPasses = 8;

    private readonly ColumnStats _stats;
    private readonly W3cColumns _w3c;
    private readonly CsvColumns _csv;

    public LineRecogniser()
        : this(new ColumnStats(), new W3cColumns(), new CsvColumns())
    {
    }

    private LineRecogniser(ColumnStats stats, W3cColumns w3c, CsvColumns csv)
    {
        _csv = csv;
        _stats = stats;
        _w3c = w3c;
    }

    /// <summary>Whether enough lines have been seen to know the source.</summary>
    public bool IsLearned => _stats.IsLearned;

    /// <summary>Another one that knows the same.</summary>
    public LineRecogniser Copy() => new(_stats.Copy(), _w3c.Copy(), _csv.Copy());

    /// <summary>
    /// Looks at a source's first lines before they are read, so that the first is read as surely as the last. Columns behind columns show one
    /// after the other, hence several passes over a short sample. JSON objects have no columns.
    /// </summary>
    public void Learn(IReadOnlyList<ReadOnlyMemory<byte>> lines, TimeRules rules)
    {
        var count = Math.Min(lines.Count, SampleLines);
        for (var pass = 0; pass < MostPasses && count > 0 && (pass < 3 || pass * count < SampleLines); pass++)
        {
            for (var i = 0; i < count; i++)
            {
                if (!LineText.IsObject(lines[i].Span))
                {
                    Read(lines[i].Span, rules, out _);
                }
            }
        }
    }

    /// <summary>Reads one line, valid UTF-8 without its end.</summary>
    public void Read(ReadOnlySpan<byte> line, TimeRules rules, out LineFields fields)
    {
        fields = default;
        var start = LineText.SkipSpaces(line, 0);
        if (start < line.Length && !ReadAt(line, start, rules, ref fields))
        {
            // Indentation belongs to the message of a line without a header.
            fields = new LineFields { Body = new TextSpan(0, LineText.Rest(line, start).End) };
        }

        fields.HasOtherColumns = fields.HasOtherColumns || HeaderWords.AreLeft(line, in fields);
        if (fields.Body.IsEmpty && fields.HasOtherColumns)
        {
            fields.Body = LineText.Rest(line, fields.Start);
            fields.HasOtherColumns = false;
        }

        if (fields.SeverityNumber == SeverityNumber.Unspecified && !fields.Body.IsEmpty)
        {
            FindLevel(line, ref fields);
        }

        _stats.EndLine();
    }

    // A level the header does not name may stand at the message's beginning, "sshd[4711]: error: …", or end it, "order placed [INFO]".
    private void FindLevel(ReadOnlySpan<byte> line, ref LineFields fields)
    {
        var text = fields.Body.Of(line);
        var last = NearLevel.OfEnd(text, out var level, out var isBare);
        if (last != 0)
        {
            _stats.Saw(ColumnKind.LastLevel, 0);
        }

        if (last == 0 || !_stats.IsColumn(ColumnKind.LastLevel, 0))
        {
            var near = NearLevel.Of(text, out var nearLevel);
            (last, level) = near == 0 && !isBare ? (last, level) : (near, nearLevel);
        }

        fields.SeverityNumber = last;
        fields.Level = last == 0 ? default : new TextSpan(fields.Body.Start + level.Start, level.Length);
    }

    private bool ReadAt(ReadOnlySpan<byte> line, int start, TimeRules rules, ref LineFields fields)
    {
        var first = line[start];
        if (first == '#' && _w3c.TryDeclare(line))
        {
            return false;
        }

        if (LineText.IsDigit(first))
        {
            if (_w3c.TryRead(line, rules, ref fields))
            {
                return true;
            }

            fields = default;
            if (ContainerFormat.TryPrefix(line, start, rules, out var time, out var inner))
            {
                ReadBehindPrefix(line, inner, rules, ref fields);
                fields.Start = Math.Max(fields.Start, inner);
                if (!fields.HasTime || fields.ZoneAssumed)
                {
                    fields.Take(ref time, fields.Clock);
                }

                return true;
            }
        }

        return ReadFormats(line, start, rules, ref fields);
    }

    private void ReadBehindPrefix(ReadOnlySpan<byte> line, int inner, TimeRules rules, ref LineFields fields)
    {
        var start = LineText.SkipSpaces(line, inner);
        if (start >= line.Length || !ReadFormats(line, start, rules, ref fields))
        {
            fields = new LineFields { Body = new TextSpan(inner, LineText.Rest(line, start).End - inner) };
        }
    }

    private bool ReadFormats(ReadOnlySpan<byte> line, int start, TimeRules rules, ref LineFields fields)
    {
        var first = line[start];
        if (first == '<' && SyslogFormat.TryPriority(line, start, out var severity, out var after))
        {
            if (!SyslogFormat.TryRead5424(line, after, rules, ref fields))
            {
                fields = default;
                if (!HeaderFormat.TryRead(line, after, rules, _stats, ref fields))
                {
                    fields = new LineFields { Body = LineText.Rest(line, after) };
                }
            }

            fields.Start = Math.Max(fields.Start, after);
            fields.SeverityNumber = severity;
            fields.Level = default;
            return true;
        }

        if (first is (byte)'I' or (byte)'W' or (byte)'E' or (byte)'F' or (byte)'D' && KlogFormat.TryRead(line, start, rules, ref fields))
        {
            return true;
        }

        if (LineText.IsLower(first) && (LogfmtFormat.TryRead(line, start, rules, _stats.Order, ref fields) || AuditFormat.TryRead(line, start, rules, ref fields)))
        {
            return true;
        }

        fields = default;
        if (LineText.IsLetter(first) && LogfmtFormat.TryReadTabbed(line, start, rules, _stats.Order, ref fields))
        {
            return true;
        }

        fields = default;
        return _csv.TryRead(line, start, rules, _stats.Order, ref fields) || HeaderFormat.TryRead(line, start, rules, _stats, ref fields);
    }
}
