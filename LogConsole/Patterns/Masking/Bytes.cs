using System.Runtime.CompilerServices;

namespace LogConsole.Patterns.Masking;

/// <summary>Classes of bytes of UTF-8 text, as masking sees them. Bytes of multi-byte characters count as letters.</summary>
internal static class Bytes
{
    private const byte Letter = 32;
    private const byte Space = 64;
    private const byte HexLetter = 128;
    private const byte Digit = (byte)TokenTraits.Digit;

    private static readonly byte[] s_classes = BuildClasses();

    /// <summary>True for the bytes that separate tokens: ASCII white space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSpace(byte value) => (s_classes[value] & Space) != 0;

    public static bool IsDigit(byte value) => (uint)(value - '0') <= 9;

    public static bool IsHex(byte value) => (s_classes[value] & (Digit | HexLetter)) != 0;

    public static bool IsLetter(byte value) => (s_classes[value] & Letter) != 0;

    public static bool IsAlphanumeric(byte value) => (s_classes[value] & (Letter | Digit)) != 0;

    /// <summary>The end of the token that starts at <paramref name="start"/>, and what it holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EndOfToken(ReadOnlySpan<byte> line, int start, out TokenTraits traits)
    {
        var classes = s_classes;
        var seen = 0;
        var at = start;
        for (; at < line.Length; at++)
        {
            var value = classes[line[at]];
            if ((value & Space) != 0)
            {
                break;
            }

            seen |= value;
        }

        traits = (TokenTraits)seen & TokenTraits.All;
        return at;
    }

    private static byte[] BuildClasses()
    {
        var classes = new byte[256];
        for (var value = 0; value < 256; value++)
        {
            if (value is >= '0' and <= '9')
            {
                classes[value] = Digit;
            }
            else if (value is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or >= 0x80)
            {
                classes[value] = (value | 0x20) is >= 'a' and <= 'f' ? (byte)(Letter | HexLetter) : Letter;
            }
        }

        foreach (var space in " \t\r\n\v\f"u8)
        {
            classes[space] = Space;
        }

        classes['='] = (byte)TokenTraits.Equal;
        classes['/'] = (byte)TokenTraits.Slash;
        classes['\\'] = (byte)TokenTraits.Slash;
        classes['@'] = (byte)TokenTraits.At;

        return classes;
    }
}
