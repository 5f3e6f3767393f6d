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
}
