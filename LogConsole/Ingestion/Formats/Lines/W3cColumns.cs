namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// W3C extended logs (IIS, CloudFront): a line <c>#Fields: date time s-ip cs-method …</c> names the columns of the following ones. Times are UTC.
/// The message is the line behind its date and time where these come first, else the whole line.
/// </summary>
/// <remarks>https://www.w3.org/TR/WD-logfile</remarks>
internal sealed class W3cColumns
{
    private int _date = -1;
    private int _time = -1;
    private TimeRules? _rules;
    private TimeRules? _utc;

    /// <summary>Takes a line that begins with <c>#</c>; false when it names no columns.</summary>
    public bool TryDeclare(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("#Fields:"u8))
        {
            return false;
        }

        _date = _time = -1;
        var at = 8;
        for (var column = 0; Next(line, ref at, out var name); column++)
        {
            _date = name.Of(line).SequenceEqual("date"u8) ? column : _date;
            _time = name.Of(line).SequenceEqual("time"u8) ? column : _time;
        }

        return true;
    }

    /// <summary>Another one with the same columns.</summary>
    public W3cColumns Copy() => new() { _date = _date, _time = _time };

    public bool TryRead(ReadOnlySpan<byte> line, TimeRules rules, ref LineFields fields)
    {
        if (_date < 0 || _time < 0)
        {
            return false;
        }

        var at = 0;
        var last = Math.Max(_date, _time);
        TextSpan date = default;
        TextSpan time = default;
        for (var column = 0; column <= last && Next(line, ref at, out var value); column++)
        {
            date = column == _date ? value : date;
            time = column == _time ? value : time;
        }

        if (!TimeReader.TryJoin(date.Of(line), time.Of(line), Utc(rules), DateOrder.Unknown, out var match))
        {
            return false;
        }

        fields.Take(ref match, new TextSpan(0, at));
        fields.ZoneAssumed = false;
        fields.Body = LineText.Rest(line, last == 1 ? at : 0);
        return true;
    }

    private TimeRules Utc(TimeRules rules)
    {
        if (!ReferenceEquals(_rules, rules))
        {
            _rules = rules;
            _utc = new TimeRules(SourceZone.Utc, rules.Newest);
        }

        return _utc!;
    }

    private static bool Next(ReadOnlySpan<byte> line, ref int at, out TextSpan word)
    {
        var start = LineText.SkipSpaces(line, at);
        at = LineText.EndOfWord(line, start);
        word = new TextSpan(start, at - start);
        return !word.IsEmpty;
    }
}
