using System.Security.Cryptography;

namespace LogConsole.Ingestion.Files;

/// <summary>The first and the last bytes of what has been read of a file; enough to know it again under another name, copied or compressed.</summary>
internal sealed class FileMarks
{
    /// <summary>Bytes at each end.</summary>
    public const int Bytes = 1024;

    private readonly byte[] _head = new byte[Bytes];
    private readonly byte[] _tail = new byte[Bytes];
    private int _headLength;
    private int _tailLength;

    public string Head => Convert.ToHexStringLower(SHA256.HashData(_head.AsSpan(0, _headLength)));

    public string Tail => Convert.ToHexStringLower(SHA256.HashData(_tail.AsSpan(0, _tailLength)));

    /// <summary>The last bytes read.</summary>
    public ReadOnlySpan<byte> Last => _tail.AsSpan(0, _tailLength);

    /// <summary>More has been read.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var head = bytes[..Math.Min(bytes.Length, Bytes - _headLength)];
        head.CopyTo(_head.AsSpan(_headLength));
        _headLength += head.Length;

        bytes = bytes[Math.Max(0, bytes.Length - Bytes)..];
        var keep = Math.Min(_tailLength, Bytes - bytes.Length);
        _tail.AsSpan(_tailLength - keep, keep).CopyTo(_tail);
        bytes.CopyTo(_tail.AsSpan(keep));
        _tailLength = keep + bytes.Length;
    }

    public FileMarks Copy()
    {
        var copy = new FileMarks { _headLength = _headLength, _tailLength = _tailLength };
        _head.CopyTo(copy._head, 0);
        _tail.CopyTo(copy._tail, 0);
        return copy;
    }

    /// <summary>
    /// The marks of a file's first bytes when it begins with what the position says was read; null when it is another file or has become shorter.
    /// A plain file is read at both ends only; of a compressed one everything up to the position.
    /// </summary>
    public static async Task<FileMarks?> MatchAsync(FileContent content, FilePosition position, CancellationToken cancellationToken)
    {
        var marks = new FileMarks();
        var buffer = new byte[32 << 10];
        for (long at = 0; at < position.Offset;)
        {
            if (content.CanSeek && at >= Bytes && at < position.Offset - Bytes)
            {
                at = position.Offset - Bytes;
            }

            var wanted = (int)Math.Min(buffer.Length, (content.CanSeek && at < Bytes ? Math.Min(Bytes, position.Offset) : position.Offset) - at);
            var read = await content.ReadAsync(at, buffer.AsMemory(0, wanted), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            marks.Append(buffer.AsSpan(0, read));
            at += read;
        }

        return position.Offset == 0 || (marks.Head == position.Head && marks.Tail == position.Tail) ? marks : null;
    }
}
