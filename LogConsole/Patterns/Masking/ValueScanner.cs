namespace LogConsole.Patterns.Masking;

/// <summary>
/// Recognises values inside a token by their shape. Every method looks at one place of a token without white space
/// and returns the length of the value that starts there, or 0. Linear in the length; never throws; no allocation.
/// </summary>
internal static class ValueScanner
{
    private const int UuidLength = 36;

    // Shorter runs of a-f and digits are words and counters more often than hashes ("face8", "bad5").
    private const int MinHexLength = 6;

    // The longest unit letters run: "KiBps", "msec"; beyond it the letters are a word of their own.
    private const int MaxUnitLength = 4;

    /// <summary>The value that starts at <paramref name="at"/>, a place where values start: the token's start or after a delimiter.</summary>
    public static int Scan(ReadOnlySpan<byte> token, int at, TokenTraits traits, out SlotKind kind)
    {
        var first = token[at];
        if ((traits & TokenTraits.Slash) != TokenTraits.None && IsPathStart(token, at) && Path(token, at) is > 0 and var path)
        {
            kind = SlotKind.Path;
            return path;
        }

        if ((traits & TokenTraits.Digit) == TokenTraits.None)
        {
            kind = SlotKind.Any;
            return 0;
        }

        if (Bytes.IsHex(first))
        {
            if (Uuid(token, at) is > 0 and var uuid)
            {
                kind = SlotKind.Uuid;
                return uuid;
            }

            if (ColonHex(token, at) is > 0 and var address)
            {
                kind = SlotKind.Address;
                return address;
            }
        }

        return Number(token, at, out kind);
    }

    /// <summary>
    /// A number and what belongs to it: <c>-1</c>, <c>0x1f</c>, <c>3.14</c>, <c>1,024</c>, <c>12ms</c>, <c>95%</c>, <c>1.2.3</c>,
    /// <c>10.0.0.1:8080</c>, <c>2026-11-20T10:00:00.123Z</c>, <c>9f4ef63</c> (it starts with a digit).
    /// </summary>
    public static int Number(ReadOnlySpan<byte> token, int at, out SlotKind kind)
    {
        kind = SlotKind.Number;
        var start = at;
        if (token[at] is (byte)'-' or (byte)'+' && at + 1 < token.Length)
        {
            at++;
        }

        if (!Bytes.IsDigit(token[at]))
        {
            return 0;
        }

        if (HexWord(token, at) is > 0 and var hex)
        {
            kind = SlotKind.Hex;
            return at + hex - start;
        }

        var end = DigitGroups(token, at, out kind);
        var unit = Unit(token, end);
        return unit < 0 ? 0 : end + unit - start;
    }

    /// <summary><c>0x…</c>, or six or more hexadecimal digits with both letters and digits among them.</summary>
    public static int HexWord(ReadOnlySpan<byte> token, int at)
    {
        if (token.Length - at > 2 && token[at] == '0' && (token[at + 1] | 0x20) == 'x' && Bytes.IsHex(token[at + 2]))
        {
            var end = at + 2;
            while (end < token.Length && Bytes.IsHex(token[end]))
            {
                end++;
            }

            return end < token.Length && Bytes.IsAlphanumeric(token[end]) ? 0 : end - at;
        }

        var digits = 0;
        var length = 0;
        while (at + length < token.Length && Bytes.IsHex(token[at + length]))
        {
            digits += Bytes.IsDigit(token[at + length]) ? 1 : 0;
            length++;
        }

        var whole = at + length == token.Length || !Bytes.IsAlphanumeric(token[at + length]);
        return whole && length >= MinHexLength && digits > 0 && digits < length ? length : 0;
    }

    // Digit groups joined by single punctuation: what they mean is read off the joiners.
    private static int DigitGroups(ReadOnlySpan<byte> token, int at, out SlotKind kind)
    {
        int dots = 0, colons = 0, dashes = 0, slashes = 0, groups = 1;
        var end = Digits(token, at);
        while (end + 1 < token.Length && Bytes.IsDigit(token[end + 1]))
        {
            switch (token[end])
            {
                case (byte)'.': dots++; break;
                case (byte)':': colons++; break;
                case (byte)'-': dashes++; break;
                case (byte)'/': slashes++; break;
                case (byte)',' or (byte)'_': break;
                case (byte)'T' or (byte)'t' when dashes > 0: break;
                case (byte)'+' when colons > 0: break;
                default: goto done;
            }

            groups++;
            end = Digits(token, end + 1);
        }

    done:
        if (colons > 0 && end < token.Length && token[end] is (byte)'Z' or (byte)'z')
        {
            end++;
        }

        var time = colons == 2 || (dashes == 2 && groups >= 3) || (slashes == 2 && groups == 3);
        kind = dots == 3 && dashes == 0 && colons <= 1 ? SlotKind.Address : time ? SlotKind.Time : SlotKind.Number;
        return end;
    }

    private static int Digits(ReadOnlySpan<byte> token, int at)
    {
        while (at < token.Length && Bytes.IsDigit(token[at]))
        {
            at++;
        }

        return at;
    }

    // Length of a unit that follows a number: "", "%", "ms", "MB", "KB/s", "µs"; -1 when letters follow that are no unit.
    private static int Unit(ReadOnlySpan<byte> token, int at)
    {
        var end = at;
        while (end < token.Length && Bytes.IsAlphanumeric(token[end]))
        {
            if (Bytes.IsDigit(token[end]) || end - at >= MaxUnitLength)
            {
                return -1;
            }

            end++;
        }

        if (end < token.Length && token[end] == '%')
        {
            return end + 1 - at;
        }

        return end > at && end + 1 < token.Length && token[end] == '/' && (token[end + 1] | 0x20) == 's'
            && (end + 2 == token.Length || !Bytes.IsAlphanumeric(token[end + 2]))
            ? end + 2 - at
            : end - at;
    }

    private static int Uuid(ReadOnlySpan<byte> token, int at)
    {
        if (token.Length - at < UuidLength || token[at + 8] != '-')
        {
            return 0;
        }

        for (var i = 0; i < UuidLength; i++)
        {
            var value = token[at + i];
            if (i is 8 or 13 or 18 or 23 ? value != '-' : !Bytes.IsHex(value))
            {
                return 0;
            }
        }

        return at + UuidLength < token.Length && Bytes.IsAlphanumeric(token[at + UuidLength]) ? 0 : UuidLength;
    }

    // IPv6 and MAC addresses: groups of at most four hexadecimal digits joined by colons, with a digit and a letter or "::".
    private static int ColonHex(ReadOnlySpan<byte> token, int at)
    {
        int colons = 0, group = 0, digits = 0, letters = 0;
        var doubled = false;
        var end = at;
        for (; end < token.Length; end++)
        {
            var value = token[end];
            if (value == ':')
            {
                doubled |= group == 0;
                colons++;
                group = 0;
            }
            else if (Bytes.IsHex(value) && ++group <= 4)
            {
                digits += Bytes.IsDigit(value) ? 1 : 0;
                letters += Bytes.IsDigit(value) ? 0 : 1;
            }
            else
            {
                break;
            }
        }

        // A colon that ends the sentence's clause ("fe80::1: unreachable") is not the address's.
        if (group == 0 && !doubled && end > at)
        {
            end--;
            colons--;
        }

        var whole = end == token.Length || !Bytes.IsAlphanumeric(token[end]);
        var enough = doubled ? colons >= 2 : colons is 5 or >= 7;
        return whole && enough && digits > 0 && (letters > 0 || doubled || colons >= 7) ? end - at : 0;
    }

    private static bool IsPathStart(ReadOnlySpan<byte> token, int at) => token[at] switch
    {
        (byte)'/' => at + 1 < token.Length && (Bytes.IsLetter(token[at + 1]) || token[at + 1] is (byte)'.' or (byte)'_'),
        (byte)'~' or (byte)'.' => at + 1 < token.Length && token[at + 1] is (byte)'/' or (byte)'.',
        (byte)'\\' => at + 1 < token.Length && token[at + 1] == '\\',
        var value => Bytes.IsLetter(value),
    };

    // "/a/b", "~/a", "../a", "C:\a", "\\host\a", "http://a", "a/b/c": ends at quotes, brackets, commas; ":" ends it when not followed by more path.
    private static int Path(ReadOnlySpan<byte> token, int at)
    {
        var slashes = 0;
        var scheme = false;
        var end = at;
        for (; end < token.Length; end++)
        {
            var value = token[end];
            if (value is (byte)'/' or (byte)'\\')
            {
                slashes++;
            }
            else if (value == ':' && !scheme)
            {
                // "scheme://" and "C:\"; any other colon ends the path ("/etc/fstab:12", "src:/10.0.0.1").
                var rest = token[(end + 1)..];
                if (slashes > 0 || !(rest.StartsWith("//"u8) || (end == at + 1 && rest.StartsWith("\\"u8))))
                {
                    break;
                }

                scheme = true;
            }
            else if (IsPathEnd(value, scheme))
            {
                break;
            }
        }

        while (end > at && token[end - 1] is (byte)'.' or (byte)':')
        {
            end--;
        }

        var absolute = token[at] is (byte)'~' or (byte)'.' || scheme;
        return slashes >= (absolute ? 1 : 2) ? end - at : 0;
    }

    private static bool IsPathEnd(byte value, bool url) => value switch
    {
        (byte)'"' or (byte)'\'' or (byte)',' or (byte)';' or (byte)'(' or (byte)')' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}'
            or (byte)'<' or (byte)'>' or (byte)'|' or (byte)'`' => true,
        (byte)'=' or (byte)'&' => !url,
        _ => false,
    };
}
