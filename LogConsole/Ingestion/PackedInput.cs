using System.IO.Compression;

namespace LogConsole.Ingestion;

/// <summary>Files the tools read: what begins as gzip does is unpacked, whatever its name.</summary>
internal static class PackedInput
{
    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B, 0x08];

    /// <summary>
    /// Looks at the first bytes, and gives them back. Reading what is returned throws <see cref="InvalidDataException"/> when gzip data is damaged or cut off.
    /// </summary>
    /// <param name="input">Belongs to the returned stream from here on.</param>
    public static async ValueTask<(Stream Content, bool IsPacked)> OpenAsync(Stream input, CancellationToken cancellationToken)
    {
        // Without it a file that was cut off reads as a shorter, valid one. The runtime looks once, at the first decompression.
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

        var first = new byte[Magic.Length];
        var length = await input.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var whole = input;
        if (input.CanSeek)
        {
            input.Seek(-length, SeekOrigin.Current);
        }
        else
        {
            whole = new PrefixedStream(first.AsMemory(0, length), input);
        }

        return first.AsSpan(0, length).SequenceEqual(Magic) ? (new GZipStream(whole, CompressionMode.Decompress), true) : (whole, false);
    }

    /// <summary>Bytes that were read already, then the rest. Read-only.</summary>
    private sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest) : Stream
    {
        private ReadOnlyMemory<byte> _prefix = prefix;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer) => TakePrefix(buffer) is > 0 and var taken ? taken : rest.Read(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            TakePrefix(buffer.Span) is > 0 and var taken ? ValueTask.FromResult(taken) : rest.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await rest.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rest.Dispose();
            }

            base.Dispose(disposing);
        }

        private int TakePrefix(Span<byte> buffer)
        {
            var taken = Math.Min(buffer.Length, _prefix.Length);
            _prefix.Span[..taken].CopyTo(buffer);
            _prefix = _prefix[taken..];
            return taken;
        }
    }
}
