namespace LogConsole.Patterns.Masking;

/// <summary>
/// Replaces the values inside one token by slots, by general shapes only:
/// <c>blk_-160899</c> → <c>blk_&lt;*&gt;</c>, <c>/10.0.0.1:54106</c> → <c>/&lt;*&gt;</c>, <c>uid=0,</c> → <c>uid=&lt;*&gt;,</c>,
/// <c>sshd[24200]:</c> → <c>sshd[&lt;*&gt;]:</c>, <c>12ms</c> → <c>&lt;*&gt;</c>. Words without digits stay as they are.
/// Pure, no allocation, linear in the token's length.
/// </summary>
internal static class TokenMasker
{
    /// <summary>Stands for a value inside masked text; never occurs in UTF-8.</summary>
    public const byte Slot = 0xFF;

    /// <summary>Longest token that is looked into, bytes. Longer ones are payload, not words, and become one slot.</summary>
    public const int MaxTokenBytes = 256;

    /// <summary>Room <see cref="Mask"/> may need: an empty value after <c>=</c> becomes a slot, so text can grow.</summary>
    public const int MaxMaskedBytes = MaxTokenBytes * 2;

    // More turns between letters and digits than this and a chunk is an identifier ("a1b2"), not a name with a number ("i8042prt").
    private const int MaxTurns = 2;

    /// <summary>Masks a token of 1 … <see cref="MaxTokenBytes"/> bytes without white space.</summary>
    /// <param name="traits">What <see cref="Bytes.EndOfToken"/> saw in it.</param>
    /// <param name="kind">What the whole token is, when it is one slot; else <see cref="SlotKind.Any"/>.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Mask(ReadOnlySpan<byte> token, TokenTraits traits, Span<byte> output, out SlotKind kind)
    {
        var writer = new Writer(output);
        var at = 0;
        while (at < token.Length)
        {
            var found = SlotKind.Id;
            var length = (traits & TokenTraits.At) != TokenTraits.None ? Email(token, at) : 0;
            if (length == 0)
            {
                length = ValueScanner.Scan(token, at, traits, out found);
            }

            if (length > 0)
            {
                writer.Slot(found);
                at += length;
            }

            at = Word(token, at, ref writer);
            at = Delimiters(token, at, traits, ref writer);
        }

        kind = writer.IsOneSlot ? writer.LastKind : SlotKind.Any;
        return writer.Length;
    }

    // Letters, digits and the joiners _ - . $ \ % * ~ + up to the next delimiter; chunks with digits are masked.
    private static int Word(ReadOnlySpan<byte> token, int at, ref Writer writer)
    {
        while (at < token.Length && !IsDelimiter(token[at]))
        {
            if (!Bytes.IsAlphanumeric(token[at]))
            {
                writer.Add(token[at++]);
                continue;
            }

            var end = at;
            var turns = 0;
            var digits = 0;
            for (; end < token.Length && Bytes.IsAlphanumeric(token[end]); end++)
            {
                var digit = Bytes.IsDigit(token[end]);
                digits += digit ? 1 : 0;
                turns += end > at && digit != Bytes.IsDigit(token[end - 1]) ? 1 : 0;
            }

            Chunk(token[at..end], digits, turns, ref writer);
            at = end;
        }

        return at;
    }

    private static void Chunk(ReadOnlySpan<byte> chunk, int digits, int turns, ref Writer writer)
    {
        if (digits == 0)
        {
            writer.Add(chunk);
        }
        else if (digits == chunk.Length)
        {
            writer.DropSign();
            writer.Slot(SlotKind.Number);
        }
        else if (ValueScanner.HexWord(chunk, 0) == chunk.Length)
        {
            writer.Slot(SlotKind.Hex);
        }
        else if (turns > MaxTurns)
        {
            writer.Slot(SlotKind.Id);
        }
        else
        {
            for (var i = 0; i < chunk.Length; i++)
            {
                if (!Bytes.IsDigit(chunk[i]))
                {
                    writer.Add(chunk[i]);
                }
                else if (i == 0 || !Bytes.IsDigit(chunk[i - 1]))
                {
                    writer.Slot(SlotKind.Number);
                }
            }
        }
    }

    private static int Delimiters(ReadOnlySpan<byte> token, int at, TokenTraits traits, ref Writer writer)
    {
        while (at < token.Length && IsDelimiter(token[at]))
        {
            // A path or "/10.0.0.1" starts at a slash: leave it to the scanner, after the first delimiter.
            if (token[at] == '/' && writer.Length > 0 && !writer.EndsWith((byte)'/') && ValueScanner.Scan(token, at, traits, out _) > 0)
            {
                return at;
            }

            var value = token[at++];
            var key = value == '=' && writer.EndsWithWord;
            writer.Add(value);
            if (key && !(at < token.Length && token[at] is (byte)'=' or (byte)'>'))
            {
                at = ValueAfterKey(token, at, ref writer);
            }
        }

        return at;
    }

    // key=value: whatever the value is, it is one; also when it is empty, so that "ruser=" and "ruser=root" agree.
    private static int ValueAfterKey(ReadOnlySpan<byte> token, int at, ref Writer writer)
    {
        if (at < token.Length && token[at] is (byte)'{' or (byte)'[' or (byte)'(' or (byte)'<')
        {
            return at;
        }

        var quote = at < token.Length && token[at] is (byte)'"' or (byte)'\'' ? token[at] : (byte)0;
        at += quote == 0 ? 0 : 1;
        while (at < token.Length && (quote == 0 ? !EndsValue(token[at]) : token[at] != quote))
        {
            at++;
        }

        writer.Slot(SlotKind.Id);
        return quote != 0 && at < token.Length ? at + 1 : at;
    }

    private static bool EndsValue(byte value) => value is (byte)',' or (byte)';' or (byte)')' or (byte)']' or (byte)'}' or (byte)'>'
        or (byte)'&' or (byte)'|' or (byte)'"' or (byte)'\'';

    private static bool IsDelimiter(byte value) => value switch
    {
        (byte)'=' or (byte)':' or (byte)',' or (byte)';' or (byte)'(' or (byte)')' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}'
            or (byte)'<' or (byte)'>' or (byte)'"' or (byte)'\'' or (byte)'|' or (byte)'@' or (byte)'&' or (byte)'?' or (byte)'#'
            or (byte)'!' or (byte)'^' or (byte)'`' or (byte)'/' => true,
        _ => false,
    };

    // local@domain.tld with a letter on either side.
    private static int Email(ReadOnlySpan<byte> token, int at)
    {
        var local = at;
        while (local < token.Length && (Bytes.IsAlphanumeric(token[local]) || token[local] is (byte)'.' or (byte)'_' or (byte)'-' or (byte)'+'))
        {
            local++;
        }

        if (local == at || local >= token.Length || token[local] != '@')
        {
            return 0;
        }

        var dot = -1;
        var end = local + 1;
        for (; end < token.Length && (Bytes.IsAlphanumeric(token[end]) || token[end] is (byte)'.' or (byte)'-'); end++)
        {
            dot = token[end] == '.' && end + 1 < token.Length && Bytes.IsLetter(token[end + 1]) ? end : dot;
        }

        return dot > local + 1 ? end - at : 0;
    }

    /// <summary>Collects masked text; slots joined by single punctuation become one, so that lists of any length agree.</summary>
    private ref struct Writer(Span<byte> output)
    {
        private readonly Span<byte> _output = output;

        public int Length { get; private set; }

        public SlotKind LastKind { get; private set; }

        public readonly bool IsOneSlot => Length == 1 && _output[0] == TokenMasker.Slot;

        public readonly bool EndsWithWord => Length > 0 && (Bytes.IsAlphanumeric(_output[Length - 1]) || _output[Length - 1] is (byte)'_' or (byte)'"');

        public readonly bool EndsWith(byte value) => Length > 0 && _output[Length - 1] == value;

        public void Add(byte value) => _output[Length++] = value;

        public void Add(ReadOnlySpan<byte> text)
        {
            text.CopyTo(_output[Length..]);
            Length += text.Length;
        }

        /// <summary>The minus of <c>blk_-160</c> belongs to the number.</summary>
        public void DropSign()
        {
            if (Length > 1 && _output[Length - 1] == '-' && !Bytes.IsAlphanumeric(_output[Length - 2]))
            {
                Length--;
            }
        }

        public void Slot(SlotKind kind)
        {
            if (Length > 0 && _output[Length - 1] == TokenMasker.Slot)
            {
                LastKind = LastKind == kind ? kind : SlotKind.Mixed;
                return;
            }

            if (Length > 1 && _output[Length - 2] == TokenMasker.Slot
                && _output[Length - 1] is (byte)',' or (byte)':' or (byte)'.' or (byte)'-' or (byte)'/' or (byte)'_')
            {
                Length--;
                LastKind = LastKind == kind ? kind : SlotKind.Mixed;
                return;
            }

            _output[Length++] = TokenMasker.Slot;
            LastKind = kind;
        }
    }
}
