using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace LogConsole.Ingestion.Files;

/// <summary>The bytes of a log file by their place, unpacked when its name ends in <c>.gz</c>. One reader.</summary>
internal sealed class FileContent : IAsyncDisposable
{
    private readonly SafeFileHandle _handle;
    private Stream? _unpacked;
    private long _unpackedAt;

    // Without it an archive that is still being written reads as a shorter, whole one. The runtime looks once, at the first decompression.
    static FileContent() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    private FileContent(SafeFileHandle handle, bool isPacked)
    {
        _handle = handle;
        CanSeek = !isPacked;
    }

    /// <summary>Plain; compressed files are read forwards.</summary>
    public bool CanSeek { get; }

    /// <summary>Bytes in the file now, packed as they are.</summary>
    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>Opens a file others may write, rename and delete. Throws <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.</summary>
    public static FileContent Open(string path) => new(
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete),
        path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads from a place; 0 at the end. Throws <see cref="InvalidDataException"/> for a packed file that is broken or not finished.</summary>
    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (CanSeek)
        {
            return await RandomAccess.ReadAsync(_handle, buffer, offset, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await UnpackAsync(offset, buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            // Perhaps it is still being written: the next attempt begins anew.
            await CloseUnpackedAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseUnpackedAsync().ConfigureAwait(false);
        _handle.Dispose();
    }

    private async ValueTask<int> UnpackAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_unpacked is null || _unpackedAt > offset)
        {
            await CloseUnpackedAsync().ConfigureAwait(false);
            _unpacked = new GZipStream(new HandleStream(_handle), CompressionMode.Decompress);
            _unpackedAt = 0;
        }

        while (_unpackedAt < offset)
        {
            var skipped = await _unpacked.ReadAsync(buffer[..(int)Math.Min(buffer.Length, offset - _unpackedAt)], cancellationToken).ConfigureAwait(false);
            if (skipped == 0)
            {
                return 0;
            }

            _unpackedAt += skipped;
        }

        var read = await _unpacked.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _unpackedAt += read;
        return read;
    }

    private async ValueTask CloseUnpackedAsync()
    {
        if (_unpacked is not null)
        {
            await _unpacked.DisposeAsync().ConfigureAwait(false);
            _unpacked = null;
        }
    }

    // Reads a handle it does not own, from the beginning.
    private sealed class HandleStream(SafeFileHandle handle) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _at;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = RandomAccess.Read(handle, buffer, _at);
            _at += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
