namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// Kubernetes' and Google's log lines: <c>I1120 10:15:30.123456    4711 server.go:123] Starting</c>, also with a year (<c>I20261120</c>).
/// </summary>
/// <remarks>https://github.com/google/glog#log-line-prefix</remarks>
internal static class KlogFormat
{
    public static bool TryRead(ReadOnlySpan<byte> line, int start, TimeRules rules, ref LineFields fields)
    {
        var digits = LineText.CountDigits(line[(start + 1)..Math.Min(line.Length, start + 12)]);
        var at = start + 1 + digits;
        if (digits is not (4 or 8) || at >= line.Length || line[at] != ' ' || !ClockReader.TryRead(line[(at + 1)..], out var clock))
        {
            return false;
        }

        var date = Number(line.Slice(start + 1, digits));
        var (month, day) = (date / 100 % 100, date % 100);
        var year = digits == 8 ? date / 10_000 : month is >= 1 and <= 12 && day is >= 1 and <= 31 ? rules.YearOf(month, day) : 0;
        var header = line[..Math.Min(line.Length, LineText.HeaderBytes)];
        var bracket = header[at..].IndexOf("] "u8);
        if (!Calendar.IsDate(year, month, day) || bracket < 0)
        {
            return false;
        }

        var micros = (Calendar.DayNumber(year, month, day) * 86_400_000_000) + clock.Micros;
        fields.HasTime = true;
        fields.Clock = new TextSpan(start + 1, digits + 1 + clock.Length);
        fields.Time = new LogTimestamp(rules.Zone.ToUtc(micros), clock.Nanos);
        fields.FractionDigits = clock.FractionDigits;
        fields.ZoneAssumed = true;
        fields.SeverityNumber = LevelToken.OfLetter(line[start]);
        fields.Level = new TextSpan(start, 1);

        var end = at + bracket;
        var process = LineText.SkipSpaces(line, at + 1 + clock.Length);
        var processEnd = LineText.EndOfWord(line, process);
        fields.ProcessId = new TextSpan(process, Math.Max(0, Math.Min(processEnd, end) - process));
        var source = LineText.SkipSpaces(line, processEnd);
        fields.Logger = new TextSpan(source, Math.Max(0, end - source));
        fields.Body = LineText.Rest(line, end + 1);
        return true;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            value = (value * 10) + digit - '0';
        }

        return value;
    }
}
