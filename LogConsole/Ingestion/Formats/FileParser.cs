using System.Buffers;
using System.Buffers.Text;
using LogConsole.Ingestion.Formats.Lines;
using LogConsole.Ingestion.Framing;

namespace LogConsole.Ingestion.Formats;

/// <summary>
/// Reads a log file through the recogniser, one pass in bounded memory, and writes <c>line_id,timestamp,severity,service,body</c>: one row a physical
/// line (or record), line ids from 1, quoted as RFC 4180 asks, LF at line ends. Times are ISO 8601 in UTC with as many digits as the line has; what a line
/// does not say is an empty cell. Texts are written as they are: a spreadsheet may take one that starts with <c>=</c> for a formula.
/// </summary>
/// <param name="zone">Of times that name none.</param>
/// <param name="newest">No line is younger.</param>
/// <param name="service">Of lines that name none, or null.</param>
/// <param name="join">Stack traces join the line they follow: one row a record, under its first line's number; blank lines have none.</param>
internal sealed class FileParser(SourceZone zone, LogTimestamp newest, string? service, bool join = false)
{
    private readonly TimeRules _rules = new(zone, newest);
    private readonly LineRecogniser _recogniser = new();
    private readonly Utf8Interner _names = new();
    private readonly ArrayBufferWriter<byte> _rows = new(64 << 10);
    private readonly SharedJsonCache _shared = new(new Utf8Interner(), new IngestionOptions().MaxAttributesBytes);
    private readonly RecordContext _context = new() { Arrival = newest, Zone = zone, DefaultService = service, Limits = new IngestionOptions() };

    private readonly ArrayBufferWriter<byte> _record = new();
    private StackTrace _trace;
    private int _recordLine;
    private int _blankLines;

    /// <summary>Physical lines read.</summary>
    public int Lines { get; private set; }

    /// <summary>Lines with a time.</summary>
    public int Timed { get; private set; }

    /// <summary>Lines with a level.</summary>
    public int Levelled { get; private set; }

    public async Task RunAsync(Stream input, Stream output, CancellationToken cancellationToken)
    {
        var reader = new LineBatchReader(input, _context.Limits.MaxLineBytes);
        _rows.Write("line_id,timestamp,severity,service,body\n"u8);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } lines)
        {
            if (!_recogniser.IsLearned)
            {
                _recogniser.Learn([.. lines.Select(AnsiText.Plain)], _rules);
            }

            WriteRows(join ? Joined(lines) : lines.Select(line => (line, ++Lines)));
            await output.WriteAsync(_rows.WrittenMemory, cancellationToken).ConfigureAwait(false);
            _rows.ResetWrittenCount();
        }

        if (_record.WrittenCount > 0)
        {
            WriteRows([(_record.WrittenMemory, _recordLine)]);
        }

        await output.WriteAsync(_rows.WrittenMemory, cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private void WriteRows(IEnumerable<(ReadOnlyMemory<byte> Record, int Line)> records)
    {
        using var arena = new RecordArena();
        var parser = new TextLineParser(_context, arena, new JsonRecordParser(_context, arena, _names, _shared), _names, _recogniser, _rules);
        foreach (var (record, line) in records)
        {
            WriteRow(parser, record, line);
        }
    }

    // The last record is kept back: it may go on in the next batch.
    private IEnumerable<(ReadOnlyMemory<byte> Record, int Line)> Joined(IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        foreach (var line in lines)
        {
            Lines++;
            if (LineText.IsBlank(line.Span))
            {
                _blankLines++;
                continue;
            }

            if (_record.WrittenCount + line.Length < _context.Limits.MaxLineBytes && _trace.TryContinue(line.Span))
            {
                _record.Write("\n"u8);
                for (; _blankLines > 0; _blankLines--)
                {
                    _record.Write("\n"u8);
                }

                _record.Write(line.Span);
                continue;
            }

            if (_record.WrittenCount > 0)
            {
                yield return (_record.WrittenSpan.ToArray(), _recordLine);
            }

            _record.ResetWrittenCount();
            _record.Write(line.Span);
            _trace.Begin(line.Span);
            _recordLine = Lines;
            _blankLines = 0;
        }
    }

    private void WriteRow(TextLineParser parser, ReadOnlyMemory<byte> text, int line)
    {
        var record = parser.Parse(text, line, isClean: true);
        var hasTime = !record.Flags.HasFlag(LogRecordFlags.TimestampMissing);
        Timed += hasTime ? 1 : 0;
        Levelled += record.SeverityNumber != 0 ? 1 : 0;
        Write(line);
        _rows.Write(","u8);
        if (hasTime)
        {
            WriteTime(record.Timestamp, parser.FractionDigits);
        }

        _rows.Write(","u8);
        WriteCell(SeverityOf(record));
        _rows.Write(","u8);
        if (record.Service != LogRecord.UnknownService)
        {
            WriteCell(record.Service);
        }
        else
        {
            WriteCell(parser.Logger.Span);
        }

        _rows.Write(","u8);
        WriteCell(record.Body.Span);
        _rows.Write("\n"u8);
    }

    // The line's own word; letters and numbers by their names.
    private static string SeverityOf(LogRecord record) => record.SeverityText is { Length: > 1 } word
        ? word.ToUpperInvariant()
        : record.SeverityNumber == 0 ? "" : SeverityBands.Name(SeverityBands.Of(record.SeverityNumber)).ToUpperInvariant();

    private void Write(int number)
    {
        Utf8Formatter.TryFormat(number, _rows.GetSpan(12), out var length);
        _rows.Advance(length);
    }

    private void WriteTime(LogTimestamp time, int digits)
    {
        var (seconds, micros) = Math.DivRem(time.UnixMicroseconds, 1_000_000);
        (seconds, micros) = micros < 0 ? (seconds - 1, micros + 1_000_000) : (seconds, micros);
        DateTimeOffset.FromUnixTimeSeconds(seconds).TryFormat(_rows.GetSpan(32), out var length, "yyyy-MM-ddTHH:mm:ss");
        _rows.Advance(length);

        var nanos = (micros * 1000) + time.Nanoseconds;
        digits = digits >= 0 ? digits : nanos == 0 ? 0 : nanos % 1_000_000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9;
        if (digits > 0)
        {
            Utf8Formatter.TryFormat(nanos, _rows.GetSpan(12)[1..], out _, new StandardFormat('D', 9));
            _rows.GetSpan(12)[0] = (byte)'.';
            _rows.Advance(digits + 1);
        }

        _rows.Write("Z"u8);
    }

    private void WriteCell(string text)
    {
        Span<byte> utf8 = stackalloc byte[LogRecordLimits.NameChars * 3];
        WriteCell(utf8[..System.Text.Encoding.UTF8.GetBytes(text, utf8)]);
    }

    private void WriteCell(ReadOnlySpan<byte> text)
    {
        if (!text.ContainsAny(",\"\r\n "u8))
        {
            _rows.Write(text);
            return;
        }

        _rows.Write("\""u8);
        for (var quote = text.IndexOf((byte)'"'); quote >= 0; quote = text.IndexOf((byte)'"'))
        {
            _rows.Write(text[..(quote + 1)]);
            _rows.Write("\""u8);
            text = text[(quote + 1)..];
        }

        _rows.Write(text);
        _rows.Write("\""u8);
    }
}
