using System.Text.Json;
using LogConsole.Ingestion.Formats.Lines;

namespace LogConsole.Ingestion.Formats;

// Severity: a number, a word, or a level of another scale.
internal sealed partial class JsonRecordParser
{
    private (byte Number, string? Text) ReadSeverity(ReadOnlySpan<byte> json, bool isClef, ref LogRecordFlags flags)
    {
        byte number = 0;
        if (_fields.Best(FieldKind.SeverityNumber) is >= 0 and var own && TryInteger(json, own, out var value) && value is >= 0 and <= SeverityNumber.Max)
        {
            _fields.Take(own);
            number = (byte)value;
        }
        else if (_fields.Best(FieldKind.SyslogSeverity) is >= 0 and var syslog && TryInteger(json, syslog, out value)
            && (_fields.IsJournal || _fields[syslog].Meaning.Rank != FieldNames.JournalPriority))
        {
            number = SeverityWords.OfSyslog(value);
        }

        var hasLevel = false;
        for (var index = _fields.Best(FieldKind.Level); index >= 0; index = _fields.After(FieldKind.Level, index))
        {
            ref readonly var field = ref _fields[index];
            if (field.Meaning.Rank == FieldNames.LetterLevel && !_fields.IsMongo)
            {
                continue;
            }

            hasLevel = true;
            if (field.Type is not (JsonTokenType.String or JsonTokenType.Number))
            {
                continue;
            }

            var (byLevel, text, isWhole) = ReadLevel(json, index, ref flags);
            if (byLevel == SeverityNumber.Unspecified && field.Meaning.Rank == FieldNames.PlainLevel && !HasMessage)
            {
                continue;
            }

            if (isWhole)
            {
                _fields.Take(index);
            }

            return (number == 0 ? byLevel : number, text);
        }

        return (number == 0 && isClef && !hasLevel ? SeverityNumber.Info : number, null);
    }

    // Loggers log messages: where there is none, "level" may be of something else, as Kubernetes' audit levels are ("Metadata").
    private bool HasMessage => _fields.Best(FieldKind.Body) >= 0 || _fields.Best(FieldKind.ClefTemplate) >= 0;

    // A word, or a number of OpenTelemetry or pino, also as a string of digits.
    private (byte Number, string? Text, bool IsWhole) ReadLevel(ReadOnlySpan<byte> json, int index, ref LogRecordFlags flags)
    {
        var text = Text(json, _fields[index], ref flags).Trim((byte)' ');
        if (!TryInteger(json, index, out var value))
        {
            var word = text.IsEmpty ? null : names.Get(text, LogRecordLimits.SeverityTextChars);
            var ofWord = _fields[index].Meaning.Rank == FieldNames.LetterLevel ? LevelToken.OfMongo(text) : SeverityWords.NumberOf(text);
            return (ofWord, word, text.Length <= LogRecordLimits.SeverityTextChars);
        }

        // 10 and 20 are pino's trace and debug under "level", OpenTelemetry's INFO2 and ERROR4 under "severity".
        var isPino = value is >= 10 and <= 60 && value % 10 == 0 && _fields[index].Meaning.Rank != FieldNames.SeverityLevel;
        var number = isPino ? SeverityWords.OfPino(value) : SeverityWords.OfOpenTelemetry(value);
        return number != 0
            ? (number, null, true)
            : (SeverityWords.OfPino(value), names.Get(text, LogRecordLimits.SeverityTextChars), text.Length <= LogRecordLimits.SeverityTextChars);
    }
}
