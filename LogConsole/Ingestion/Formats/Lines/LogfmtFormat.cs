using System.Buffers;

namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// <c>time="2026-11-20T10:15:30Z" level=warning msg="slow \"answer\"" service=shop ms=17 retried</c>: pairs of a key and a value. A line counts
/// when its pairs hold a message or an event, and a time or a level.
/// </summary>
/// <remarks>https://brandur.org/logfmt</remarks>
internal static class LogfmtFormat
{
    private static readonly SearchValues<byte> s_label = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"u8);

    public static bool TryRead(ReadOnlySpan<byte> line, int start, TimeRules rules, DateOrder order, ref LineFields fields)
    {
        // Most lines are no logfmt, and that shows in the first word.
        var word = line[start..Math.Min(line.Length, start + 40)];
        if (word.IndexOf((byte)'=') is not (> 0 and var equals) || word[..equals].ContainsAny((byte)' ', (byte)'"'))
        {
            return false;
        }

        return TryRead(line, start, new LogfmtPairs(line, start, isTabbed: false), rules, order, ref fields);
    }

    /// <summary><c>time:2026-11-20T10:15:30+0100\tlevel:ERROR\tmessage:order 17 failed\tid:17</c>: LTSV, every field with its label.</summary>
    /// <remarks>http://ltsv.org; <c>host</c> is there the client's.</remarks>
    public static bool TryReadTabbed(ReadOnlySpan<byte> line, int start, TimeRules rules, DateOrder order, ref LineFields fields)
    {
        if (!AreLabelled(line[start..]))
        {
            return false;
        }

        fields.IsTabbed = true;
        return TryRead(line, start, new LogfmtPairs(line, start, isTabbed: true), rules, order, ref fields);
    }

    private static bool TryRead(ReadOnlySpan<byte> line, int start, LogfmtPairs pairs, TimeRules rules, DateOrder order, ref LineFields fields)
    {
        var hasBody = false;
        while (pairs.TryNext(out var key, out var value, out var isQuoted))
        {
            switch (LogfmtPairs.MeaningOf(key.Of(line)))
            {
                case LogfmtKey.Time when !fields.HasTime && value.Of(line).Trim("[]"u8) is var text && TimeReader.TryRead(text, rules, order, out var time)
                    && time.Length == text.Length:
                    fields.Take(ref time, value);
                    break;
                case LogfmtKey.Level when fields.SeverityNumber == 0:
                    fields.SeverityNumber = value.Length == 1 ? LevelToken.OfLetter(value.Of(line)[0]) : SeverityWords.NumberOf(value.Of(line));
                    fields.Level = value;
                    break;
                case LogfmtKey.Message when !hasBody && value.Start > 0:
                    hasBody = true;
                    fields.Body = value;
                    fields.BodyHasEscapes = isQuoted && value.Of(line).Contains((byte)'\\');
                    break;
                case LogfmtKey.Service:
                    fields.Service = value;
                    break;
                case LogfmtKey.Host when !fields.IsTabbed:
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

    private static bool AreLabelled(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf((byte)'\t') < 0)
        {
            return false;
        }

        foreach (var range in line.Split((byte)'\t'))
        {
            var label = line[range].IndexOf((byte)':') is > 0 and var colon ? line[range][..colon] : default;
            if (label.IsEmpty || !LineText.IsLetter(label[0]) || label.ContainsAnyExcept(s_label))
            {
                return false;
            }
        }

        return true;
    }
}
