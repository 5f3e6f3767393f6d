namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// <c>time="2026-11-20T10:15:30Z" level=warning msg="slow \"answer\"" service=shop ms=17 retried</c>: pairs of a key and a value. A line counts
/// when its pairs hold a message or an event, and a time or a level.
/// </summary>
/// <remarks>https://brandur.org/logfmt</remarks>
internal static class LogfmtFormat
{
    public static bool TryRead(ReadOnlySpan<byte> line, int start, TimeRules rules, DateOrder order, ref LineFields fields)
    {
        // Most lines are no logfmt, and that shows in the first word.
        var word = line[start..Math.Min(line.Length, start + 40)];
        if (word.IndexOf((byte)'=') is not (> 0 and var equals) || word[..equals].ContainsAny((byte)' ', (byte)'"'))
        {
            return false;
        }

        var pairs = new LogfmtPairs(line, start);
        var hasBody = false;
        while (pairs.TryNext(out var key, out var value, out var isQuoted))
        {
            switch (LogfmtPairs.MeaningOf(key.Of(line)))
            {
                case LogfmtKey.Time when !fields.HasTime && TimeReader.TryRead(value.Of(line), rules, order, out var time) && time.Length == value.Length:
                    fields.Take(ref time);
                    break;
                case LogfmtKey.Level when fields.SeverityNumber == 0:
                    fields.SeverityNumber = value.Length == 1 ? LevelToken.OfLetter(value.Of(line)[0]) : SeverityWords.NumberOf(value.Of(line));
                    fields.Level = value;
                    break;
                case LogfmtKey.Message when !hasBody:
                    hasBody = true;
                    fields.Body = value;
                    fields.BodyHasEscapes = isQuoted && value.Of(line).Contains((byte)'\\');
                    break;
                case LogfmtKey.Service:
                    fields.Service = value;
                    break;
                case LogfmtKey.Host:
                    fields.Host = value;
                    break;
            }
        }

        if (!fields.HasTime && fields.SeverityNumber == 0)
        {
            return false;
        }

        fields.IsLogfmt = hasBody;
        fields.Body = hasBody ? fields.Body : LineText.Rest(line, start);
        return true;
    }
}
