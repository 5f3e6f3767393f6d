namespace LogConsole.Patterns.Masking;

/// <summary>
/// Cuts a message at white space, masks its values and looks its tokens up. Reused from line to line by one thread;
/// no allocation after construction. Items of a list (<c>blk_1 blk_2 blk_3</c>) count as one token, however many they are.
/// A message of several lines is read up to the first line end after <see cref="HeadTokens"/> tokens, so that stack traces of one kind
/// share a template whatever their depth.
/// </summary>
internal sealed class LineTokenizer
{
    /// <summary>Tokens after which a line end cuts the message: one line of a pretty-printed payload alone ("{") says too little.</summary>
    public const int HeadTokens = 3;

    private readonly int _maxTokens;
    private readonly int _maxBytes;
    private readonly int[] _ids;

    // The masked form of this token and of the one before it, in turns.
    private byte[] _masked = new byte[TokenMasker.MaxMaskedBytes];
    private byte[] _last = new byte[TokenMasker.MaxMaskedBytes];
    private int _lastLength;

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
        _lastLength = 0;
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
            at = Bytes.EndOfToken(line, start, out var traits);
            if (at == line.Length && line.Length < message.Length)
            {
                // The limit may have cut this token, even inside a character: it belongs to the rest.
                break;
            }

            var id = TokenId(line[start..at], traits, table, intern, out var repeats);
            if (!repeats)
            {
                ids[count++] = id;
            }
        }

        if (line.Length < message.Length)
        {
            ids[count++] = (int)SlotKind.Rest;
        }

        return ids.AsSpan(0, count);
    }

    /// <summary>The id of one token of the line.</summary>
    /// <param name="repeats">True when the token looks like the one before it and both are words with a slot: another item of the same list.</param>
    private int TokenId(ReadOnlySpan<byte> token, TokenTraits traits, TokenTable table, bool intern, out bool repeats)
    {
        repeats = false;
        if (traits == TokenTraits.None || token.Length > TokenMasker.MaxTokenBytes)
        {
            _lastLength = 0;
            return token.Length > TokenMasker.MaxTokenBytes ? (int)SlotKind.Id : Word(token, table, intern);
        }

        var length = TokenMasker.Mask(token, traits, _masked, out var kind);
        var masked = _masked.AsSpan(0, length);
        if (kind != SlotKind.Any)
        {
            _lastLength = 0;
            return (int)kind;
        }

        // A colon introduces what follows, it separates no items: "from 10.0.0.7: 11: bye" is no list.
        repeats = masked.SequenceEqual(_last.AsSpan(0, _lastLength)) && masked.Contains(TokenMasker.Slot) && masked[^1] != ':';
        (_last, _masked, _lastLength) = (_masked, _last, length);
        return repeats ? TokenTable.Unknown : Word(masked, table, intern);
    }

    private static int Word(ReadOnlySpan<byte> token, TokenTable table, bool intern) => intern ? table.Intern(token) : table.Find(token);
}
