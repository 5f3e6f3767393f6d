namespace LogConsole.Patterns.Masking;

/// <summary>
/// Cuts a message at white space, masks its values and looks its tokens up. Reused from line to line by one thread;
/// no allocation after construction. A message of several lines is read up to the first line end after <see cref="HeadTokens"/>
/// tokens, so that stack traces of one kind share a template whatever their depth.
/// </summary>
internal sealed class LineTokenizer
{
    /// <summary>Tokens after which a line end cuts the message: one line of a pretty-printed payload alone ("{") says too little.</summary>
    public const int HeadTokens = 3;

    private readonly int _maxTokens;
    private readonly int _maxBytes;
    private readonly int[] _ids;
    private readonly byte[] _masked = new byte[TokenMasker.MaxMaskedBytes];

    public LineTokenizer(DrainOptions options)
    {
        _maxTokens = options.MaxTokens;
        _maxBytes = options.MaxLineBytes;
        _ids = new int[options.MaxTokens + 1];
    }

    /// <summary>The tokens of the message as ids of the table, <see cref="TokenTable.Unknown"/> for words it lacks. Valid until the next call.</summary>
    /// <param name="message">UTF-8; may be empty.</param>
    public ReadOnlySpan<int> Find(ReadOnlySpan<byte> message, TokenTable table) => Read(message, table, intern: false);

    /// <summary>The same, putting words the table lacks into it.</summary>
    public ReadOnlySpan<int> Intern(ReadOnlySpan<byte> message, TokenTable table) => Read(message, table, intern: true);

    private ReadOnlySpan<int> Read(ReadOnlySpan<byte> message, TokenTable table, bool intern)
    {
        var line = message.Length <= _maxBytes ? message : message[.._maxBytes];
        var ids = _ids;
        var count = 0;
        var at = 0;
        while (true)
        {
            var lineEnd = false;
            while (at < line.Length && Bytes.IsSpace(line[at]))
            {
                lineEnd |= line[at++] == '\n';
            }

            if (at == line.Length)
            {
                break;
            }

            if (count == _maxTokens || (lineEnd && count >= HeadTokens))
            {
                ids[count++] = (int)SlotKind.Rest;
                return ids.AsSpan(0, count);
            }

            var start = at;
            at = Bytes.EndOfToken(line, start, out var telling);
            if (at == line.Length && line.Length < message.Length)
            {
                // The limit may have cut this token, even inside a character: it belongs to the rest.
                break;
            }

            ids[count++] = TokenId(line[start..at], telling, table, intern);
        }

        if (line.Length < message.Length)
        {
            ids[count++] = (int)SlotKind.Rest;
        }

        return ids.AsSpan(0, count);
    }

    private int TokenId(ReadOnlySpan<byte> token, bool telling, TokenTable table, bool intern)
    {
        if (token.Length > TokenMasker.MaxTokenBytes)
        {
            return (int)SlotKind.Id;
        }

        if (telling)
        {
            var length = TokenMasker.Mask(token, _masked, out var kind);
            if (kind != SlotKind.Any)
            {
                return (int)kind;
            }

            token = _masked.AsSpan(0, length);
        }

        return intern ? table.Intern(token) : table.Find(token);
    }
}
