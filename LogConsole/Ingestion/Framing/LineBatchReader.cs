using System.Text;
using System.Text.Unicode;
using LogConsole.Ingestion.Formats;

namespace LogConsole.Ingestion.Framing;

/// <summary>
/// Reads the physical lines of a stream in batches, in memory bounded by one batch. Lines end in LF or CRLF, the last also in nothing;
/// a byte order mark is skipped, and one of UTF-16 obeyed; invalid UTF-8 and NUL become U+FFFD; of lines over the limit the start is kept.
/// </summary>
internal sealed class LineBatchReader(Stream input, int maxLineBytes)
{
    private const int MaxBatchLines = 8192;
    private const int MaxBatchBytes = 8 << 20;

    private readonly byte[] _block = new byte[128 << 10];
    private Stream _stream = input;
    private int _blockStart;
    private int _blockEnd;
    private bool _atStart = true;

    /// <summary>The next lines, without their ends; empty at the end of the stream. Each list owns its memory.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        var line = new MemoryStream();
        for (long bytes = 0; lines.Count < MaxBatchLines && bytes < MaxBatchBytes; bytes += line.Length)
        {
            line.SetLength(0);
            if (!await ReadLineAsync(line, cancellationToken).ConfigureAwait(false))
            {
                break;
            }

            lines.Add(Cleaned(line.GetBuffer().AsSpan(0, (int)line.Length)));
        }

        return lines;
    }

    private async ValueTask<bool> ReadLineAsync(MemoryStream line, CancellationToken cancellationToken)
    {
        var any = false;
        while (_blockStart < _blockEnd || await FillAsync(cancellationToken).ConfigureAwait(false))
        {
            any = true;
            var rest = _block.AsSpan(_blockStart.._blockEnd);
            var lineEnd = rest.IndexOf((byte)'\n');
            var part = lineEnd < 0 ? rest : rest[..lineEnd];
            line.Write(part[..Math.Min(part.Length, maxLineBytes - (int)line.Length)]);
            _blockStart += lineEnd < 0 ? rest.Length : lineEnd + 1;
            if (lineEnd >= 0)
            {
                break;
            }
        }

        return any;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _blockStart = 0;
        _blockEnd = await _stream
            .ReadAtLeastAsync(_block, Encoding.UTF8.Preamble.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        if (_atStart && Utf16.Of(_block.AsSpan(0, _blockEnd)) is { } encoding)
        {
            _atStart = false;
            var read = _block.AsSpan(Utf16.MarkBytes.._blockEnd).ToArray();
            _stream = Encoding.CreateTranscodingStream(new PrefixedStream(read, _stream), encoding, Encoding.UTF8, leaveOpen: true);
            return await FillAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_atStart && _block.AsSpan(0, _blockEnd).StartsWith(Encoding.UTF8.Preamble))
        {
            _blockStart = Encoding.UTF8.Preamble.Length;
        }

        _atStart = false;
        return _blockStart < _blockEnd;
    }

    private static ReadOnlyMemory<byte> Cleaned(ReadOnlySpan<byte> line)
    {
        if (line is [.., (byte)'\r'])
        {
            line = line[..^1];
        }

        return Utf8.IsValid(line) && !line.Contains((byte)0)
            ? line.ToArray()
            : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line).Replace('\0', '\uFFFD'));
    }
}
