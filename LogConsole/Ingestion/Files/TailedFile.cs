using System.Buffers;
using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Formats.Lines;
using LogConsole.Ingestion.Framing;

namespace LogConsole.Ingestion.Files;

/// <summary>What a source says about all its files, and what they share.</summary>
internal sealed record FileReading(
    string Name, SourceZone Zone, string? Service, FilesOptions Options, IngestionOptions Limits, TimeProvider Time, Utf8Interner Names, SharedJsonCache Shared);

/// <summary>
/// Records read of a file with the memory they point into, and where the file stands when they are durable. Disposed when they are settled.
/// </summary>
internal sealed class FileBatch(byte[] buffer, RecordArena arena) : IDisposable
{
    public required IReadOnlyList<LogRecord> Records { get; init; }

    public required FilePosition Next { get; init; }

    public required FileMarks Marks { get; init; }

    public required int Length { get; init; }

    public long SizeBytes => buffer.Length + arena.SizeBytes;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        arena.Dispose();
    }
}

/// <summary>
/// One open file being read: whole records from its position on. A line without its end waits, and so does the last record as long as lines of its
/// stack trace may follow; nothing waits in a file that is final. One thread at a time.
/// </summary>
internal sealed class TailedFile(FileReading reading, FileContent content, FileAt file, FileClaim claim, FilePosition position, FileMarks already) : IAsyncDisposable
{
    private readonly LineRecogniser _recogniser = new();
    private FileMarks _marks = already;
    private long _seenLength = -1;
    private long _changedAt = reading.Time.GetTimestamp();
    private LogTimestamp? _lastTime;

    public FileAt File { get; set; } = file;

    public FileClaim Claim { get; private set; } = claim;

    public FilePosition Position { get; private set; } = position;

    public FileReading Reading => reading;

    /// <summary>The file is no longer where it was found; its handle still reads what was written to it.</summary>
    public bool IsGone { get; set; }

    /// <summary>What was read is no longer in the file: its writer began again. Nothing is read until <see cref="Restart"/>.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Since when nothing was added.</summary>
    public TimeSpan Unchanged => reading.Time.GetElapsedTime(_changedAt);

    /// <summary>True when the file still begins with what was read of it.</summary>
    public async Task<bool> IsIntactAsync(CancellationToken cancellationToken) =>
        !content.CanSeek || (content.Length >= Position.Offset && await EndsAsReadAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The next records, or null when there are none yet, or the file is found to be truncated.</summary>
    /// <param name="isFinal">Nothing will be added: what has no line end is a line too.</param>
    public async Task<FileBatch?> ReadAsync(bool isFinal, CancellationToken cancellationToken)
    {
        var length = content.Length;
        if (length != _seenLength)
        {
            IsTruncated = !await IsIntactAsync(cancellationToken).ConfigureAwait(false);
            _seenLength = length;
            _changedAt = reading.Time.GetTimestamp();
        }

        if (IsTruncated || (content.CanSeek && length <= Position.Offset))
        {
            return null;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(reading.Options.ReadBytes);
        var batch = default(FileBatch);
        try
        {
            var filled = await FillAsync(buffer, cancellationToken).ConfigureAwait(false);
            batch = Take(buffer, filled, isAtEnd: filled < reading.Options.ReadBytes, isFinal || !content.CanSeek);
            return batch;
        }
        finally
        {
            if (batch is null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Reads a truncated file from its beginning.</summary>
    public void Restart()
    {
        Position = FilePosition.Start(File.Path);
        _marks = new FileMarks();
        IsTruncated = false;
    }

    /// <summary>The batch is durable.</summary>
    public void Commit(FileBatch batch)
    {
        Position = batch.Next;
        _marks = batch.Marks;
        Claim = Claim with { Stored = batch.Next.ToJson() };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => content.DisposeAsync();

    private async ValueTask<bool> EndsAsReadAsync(CancellationToken cancellationToken)
    {
        var last = new byte[_marks.Last.Length];
        var read = last.Length == 0 ? 0 : await content.ReadAsync(Position.Offset - last.Length, last, cancellationToken).ConfigureAwait(false);
        return read == last.Length && last.AsSpan().SequenceEqual(_marks.Last);
    }

    private async ValueTask<int> FillAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < reading.Options.ReadBytes)
        {
            var read = await content.ReadAsync(Position.Offset + filled, buffer.AsMemory(filled, reading.Options.ReadBytes - filled), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }

    // Whole lines, or everything where none will end: the file is final, or a line is longer than the buffer.
    private FileBatch? Take(byte[] buffer, int filled, bool isAtEnd, bool isFinal)
    {
        if (Position.Offset == 0 && Utf16.Of(buffer.AsSpan(0, filled)) is not null)
        {
            throw new InvalidDataException(Utf16.Refused);
        }

        var end = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
        if ((isFinal && isAtEnd) || (end == 0 && !isAtEnd))
        {
            end = filled;
        }

        if (end == 0)
        {
            return null;
        }

        var arena = new RecordArena();
        var start = Position.Offset == 0 && buffer.AsSpan(0, end).StartsWith("\uFEFF"u8) ? 3 : 0;
        var mayGrow = !isAtEnd || (!isFinal && Unchanged < reading.Options.JoinTimeout);
        var records = Parse(buffer.AsMemory(start, end - start), arena, mayGrow, out var consumed);
        if (consumed == 0 && !isAtEnd)
        {
            // A full buffer holds one record only.
            records = Parse(buffer.AsMemory(start, end - start), arena, mayGrow: false, out consumed);
        }

        if (consumed == 0)
        {
            arena.Dispose();
            return null;
        }

        consumed += start;

        var marks = _marks.Copy();
        marks.Append(buffer.AsSpan(0, consumed));
        return new FileBatch(buffer, arena)
        {
            Records = records,
            Marks = marks,
            Length = consumed,
            Next = new FilePosition(
                File.Path, Position.Offset + consumed, Position.Lines + buffer.AsSpan(0, consumed).Count((byte)'\n'), marks.Head, marks.Tail),
        };
    }

    // The last record is left for the next time when it may grow, unless it is the only one of a full buffer.
    private List<LogRecord> Parse(ReadOnlyMemory<byte> text, RecordArena arena, bool mayGrow, out int consumed)
    {
        var now = LogTimestamp.From(reading.Time.GetUtcNow());
        var context = new RecordContext { Arrival = now, Zone = reading.Zone, DefaultService = reading.Service, Limits = reading.Limits };
        var rules = new TimeRules(reading.Zone, now);
        var json = new JsonRecordParser(context, arena, reading.Names, reading.Shared);
        var parser = new TextLineParser(context, arena, json, reading.Names, _recogniser, rules) { TimeBefore = _lastTime };
        parser.Learn(text);

        var isClean = Utf8Text.IsClean(text.Span);
        var records = new List<LogRecord>();
        var lines = new JoinedLines(text, reading.Limits.MaxLineBytes);
        consumed = text.Length;
        var has = lines.TryNext(out var line, out var number);
        while (has)
        {
            var start = lines.Start;
            has = lines.TryNext(out var next, out var nextNumber);
            if (!has && mayGrow)
            {
                consumed = start;
                break;
            }

            var record = parser.Parse(line, Position.Lines + number, isClean);
            parser.TimeBefore = record.Flags.HasFlag(LogRecordFlags.TimestampMissing) ? parser.TimeBefore : record.Timestamp;
            records.Add(record);
            (line, number) = (next, nextNumber);
        }

        _lastTime = parser.TimeBefore;
        return records;
    }
}
