using System.Runtime.CompilerServices;

namespace LogConsole.Ingestion.Http;

/// <summary>Whole lines of a file.</summary>
/// <param name="Offset">Where they begin in it, bytes.</param>
/// <param name="Bytes">Valid until the next batch is asked for.</param>
/// <param name="FileLength">The file's length now; 0 when unknown.</param>
internal readonly record struct LineBatch(long Offset, ReadOnlyMemory<byte> Bytes, int Lines, long FileLength);

/// <summary>
/// Cuts a file into batches of whole lines, always the same ones for the same content. With <c>follow</c> it waits for more at the end,
/// begins again when the file was truncated, and goes over to the new file when it was rotated.
/// </summary>
internal sealed class LineBatches(string path, int maxLines, bool follow, TimeProvider time)
{
    /// <summary>Bytes after which a batch ends; a longer line is sent in pieces of this size.</summary>
    public const int MaxBytes = 4 << 20;

    // How much of a file's beginning tells it from its successor.
    private const int FingerprintBytes = 256;
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);
    private readonly byte[] _buffer = new byte[MaxBytes];
    private readonly byte[] _fingerprint = new byte[FingerprintBytes];
    private int _fingerprintLength;
    private int _length;
    private long _offset;

    public async IAsyncEnumerable<LineBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (path == "-")
        {
            await foreach (var batch in ReadToEndAsync(Console.OpenStandardInput(), isLast: true, cancellationToken).ConfigureAwait(false))
            {
                yield return batch;
            }

            yield break;
        }

        var file = Open();
        try
        {
            while (true)
            {
                var goesOn = follow && !IsReplaced(file);
                await foreach (var batch in ReadToEndAsync(file, isLast: !goesOn, cancellationToken).ConfigureAwait(false))
                {
                    yield return batch;
                }

                if (!follow)
                {
                    yield break;
                }

                if (!goesOn)
                {
                    await file.DisposeAsync().ConfigureAwait(false);
                    file = Open();
                }
                else
                {
                    await Task.Delay(s_poll, time, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Whole lines; at the last time also what stands behind the last line end.
    private async IAsyncEnumerable<LineBatch> ReadToEndAsync(Stream file, bool isLast, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var atEnd = false;
        while (!atEnd)
        {
            var read = await file.ReadAsync(_buffer.AsMemory(_length), cancellationToken).ConfigureAwait(false);
            NoteBeginning(_buffer.AsSpan(_length, read));
            _length += read;
            atEnd = read == 0;
            if (!atEnd && _length < _buffer.Length && CountLines(_buffer.AsSpan(0, _length)) < maxLines)
            {
                continue;
            }

            while (Cut(mayEndOpen: atEnd && isLast, mayBeSmall: atEnd) is var (length, lines) && length > 0)
            {
                yield return new LineBatch(_offset, _buffer.AsMemory(0, length), lines, file.CanSeek ? file.Length : 0);
                _offset += length;
                _buffer.AsSpan(length, _length - length).CopyTo(_buffer);
                _length -= length;
            }
        }
    }

    private (int Length, int Lines) Cut(bool mayEndOpen, bool mayBeSmall)
    {
        var length = 0;
        var lines = 0;
        while (lines < maxLines && _buffer.AsSpan(length, _length - length).IndexOf((byte)'\n') is >= 0 and var end)
        {
            length += end + 1;
            lines++;
        }

        var isFull = lines == maxLines || _length == _buffer.Length;
        if (lines == 0 && (isFull || mayEndOpen))
        {
            return (_length, _length == 0 ? 0 : 1);
        }

        if (mayEndOpen && lines < maxLines && length < _length)
        {
            return (_length, lines + 1);
        }

        return isFull || mayBeSmall ? (length, lines) : (0, 0);
    }

    private FileStream Open()
    {
        _offset = 0;
        _length = 0;
        _fingerprintLength = 0;
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
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
