using System.Security.Cryptography;

namespace LogConsole.Ingestion.Http;

/// <summary>Whole lines of a file; what stands open at its very end gets a line end.</summary>
/// <param name="Offset">Where they begin in it, bytes.</param>
/// <param name="Bytes">Valid until the reader goes on.</param>
/// <param name="FileLength">The file's length now; 0 when unknown.</param>
internal readonly record struct LineBatch(long Offset, ReadOnlyMemory<byte> Bytes, int Lines, long FileLength)
{
    /// <summary>The first line without its end.</summary>
    public ReadOnlyMemory<byte> FirstLine => Bytes[..LengthOf(1)].TrimEnd("\r\n"u8);

    /// <summary>The first lines alone; of all there are when fewer.</summary>
    public LineBatch First(int lines) => lines >= Lines ? this : this with { Bytes = Bytes[..LengthOf(lines)], Lines = lines };

    private int LengthOf(int lines)
    {
        var length = 0;
        for (var line = 0; line < lines; line++)
        {
            var end = Bytes.Span[length..].IndexOf((byte)'\n');
            length = end < 0 ? Bytes.Length : length + end + 1;
        }

        return length;
    }
}

/// <summary>
/// Reads a file by whole lines, as many at a time as are asked for. With <c>follow</c> it waits for more at the end, begins again when the file
/// was truncated, and goes over to the new file when it was rotated. One reader.
/// </summary>
internal sealed class LineBatches(string path, bool follow, TimeProvider time) : IAsyncDisposable
{
    private const string StandardInput = "-";

    /// <summary>Bytes after which a batch ends; a longer line is sent in pieces of this size.</summary>
    public const int MaxBytes = 4 << 20;

    // How much of a file's beginning tells it from its successor.
    private const int FingerprintBytes = 256;
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);
    private readonly IncrementalHash _before = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[MaxBytes];
    private readonly byte[] _fingerprint = new byte[FingerprintBytes];
    private readonly bool _follow = follow && path != StandardInput;
    private FileStream? _file;
    private Stream? _content;
    private int _fingerprintLength;
    private int _start;
    private int _end;
    private bool _isPacked;
    private long _offset;

    /// <summary>SHA-256 of everything before the next line: it names the place, and stays the same however the file grows.</summary>
    public byte[] Place => _before.GetCurrentHash();

    /// <summary>The next lines, at most so many; null at the end, which <c>follow</c> never reaches. The same again until <see cref="Advance"/>.</summary>
    public async ValueTask<LineBatch?> NextAsync(int maxLines, CancellationToken cancellationToken)
    {
        while (true)
        {
            _content ??= await OpenAsync(cancellationToken).ConfigureAwait(false);
            var goesOn = _follow && !IsReplaced(_file!);
            var isAtEnd = await FillAsync(maxLines, cancellationToken).ConfigureAwait(false);
            if (Cut(maxLines, mayEndOpen: isAtEnd && !goesOn) is { Lines: > 0 } batch)
            {
                return batch;
            }

            if (goesOn)
            {
                await Task.Delay(s_poll, time, cancellationToken).ConfigureAwait(false);
            }
            else if (!_follow)
            {
                return null;
            }
            else
            {
                await CloseAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>From the same place exactly so many lines; null when there are fewer, now, or they are too many bytes.</summary>
    public async ValueTask<LineBatch?> ExactlyAsync(int lines, CancellationToken cancellationToken)
    {
        var isAtEnd = await FillAsync(lines, cancellationToken).ConfigureAwait(false);
        return Cut(lines, mayEndOpen: isAtEnd && !_follow) is var batch && batch.Lines == lines ? batch : null;
    }

    /// <summary>These lines are dealt with.</summary>
    public void Advance(LineBatch batch)
    {
        _before.AppendData(batch.Bytes.Span);
        _offset += batch.Bytes.Length;
        _start += batch.Bytes.Length;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _before.Dispose();
    }

    // True at the end of the file.
    private async ValueTask<bool> FillAsync(int lines, CancellationToken cancellationToken)
    {
        var missing = lines - CountLines(_buffer.AsSpan(_start.._end));
        if (missing > 0 && _start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (missing > 0 && _end < _buffer.Length)
        {
            var read = await _content!.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return true;
            }

            var part = _buffer.AsSpan(_end, read);
            NoteBeginning(part);
            missing -= CountLines(part);
            _end += read;
        }

        return false;
    }

    // What stands behind the last line end goes alone: it may yet become a longer line, and then only that one is another.
    private LineBatch Cut(int maxLines, bool mayEndOpen)
    {
        var length = 0;
        var lines = 0;
        while (lines < maxLines && _buffer.AsSpan((_start + length).._end).IndexOf((byte)'\n') is >= 0 and var end)
        {
            length += end + 1;
            lines++;
        }

        if (lines == 0 && _end - _start == _buffer.Length)
        {
            (length, lines) = (_end, 1);
        }
        else if (lines == 0 && mayEndOpen && _end > _start)
        {
            // Lines were missing, so they stand at the buffer's beginning, and it is not full.
            _buffer[_end++] = (byte)'\n';
            (length, lines) = (_end - _start, 1);
        }

        return new LineBatch(_offset, _buffer.AsMemory(_start, length), lines, _file is { CanSeek: true } && !_isPacked ? _file.Length : 0);
    }

    private async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        _before.GetHashAndReset();
        _offset = 0;
        _start = 0;
        _end = 0;
        _fingerprintLength = 0;
        _file = path == StandardInput ? null : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        (var content, _isPacked) = await PackedInput.OpenAsync((Stream?)_file ?? Console.OpenStandardInput(), cancellationToken).ConfigureAwait(false);
        if (_isPacked && _follow)
        {
            throw new IOException("it is packed by gzip, and such files do not grow; leave out --follow");
        }

        return content;
    }

    private async ValueTask CloseAsync()
    {
        if (_content is not null)
        {
            await _content.DisposeAsync().ConfigureAwait(false);
            _content = null;
        }
    }

    // Shorter than what was read, or beginning otherwise: it was truncated, or another file stands at the path.
    private bool IsReplaced(FileStream file)
    {
        try
        {
            if (file.Length < file.Position)
            {
                return true;
            }

            Span<byte> beginning = stackalloc byte[FingerprintBytes];
            using var atPath = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.Read(atPath, beginning[.._fingerprintLength], 0);
            return !beginning[..length].SequenceEqual(_fingerprint.AsSpan(0, _fingerprintLength));
        }
        catch (IOException)
        {
            // Between the rename and the new file there is none: keep reading the old one.
            return false;
        }
    }

    private void NoteBeginning(ReadOnlySpan<byte> read)
    {
        var part = read[..Math.Min(read.Length, FingerprintBytes - _fingerprintLength)];
        part.CopyTo(_fingerprint.AsSpan(_fingerprintLength));
        _fingerprintLength += part.Length;
    }

    private static int CountLines(ReadOnlySpan<byte> bytes) => bytes.Count((byte)'\n');
}
