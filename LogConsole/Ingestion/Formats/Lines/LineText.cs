namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>The bytes a header is made of.</summary>
internal static class LineText
{
    /// <summary>A header is looked for in so many bytes of a line: what a line costs beyond them is one scan for its end.</summary>
    public const int HeaderBytes = 512;

    public static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t';

    public static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    public static bool IsLetter(byte value) => (uint)((value | 0x20) - 'a') < 26;

    public static bool IsUpper(byte value) => value is >= (byte)'A' and <= (byte)'Z';

    public static bool IsLower(byte value) => value is >= (byte)'a' and <= (byte)'z';

    /// <summary>Nothing but white space: such a line is no record.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;

    /// <summary>Whether the line begins and ends as a JSON object does.</summary>
    public static bool IsObject(ReadOnlySpan<byte> line) => line is [(byte)'{', .., (byte)'}'];

    public static int SkipSpaces(ReadOnlySpan<byte> line, int at)
    {
        while ((uint)at < (uint)line.Length && IsSpace(line[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>Where the run of other bytes than white space ends.</summary>
    public static int EndOfWord(ReadOnlySpan<byte> line, int at)
    {
        while ((uint)at < (uint)line.Length && !IsSpace(line[at]))
        {
            at++;
        }

        return at;
    }

    public static int CountDigits(ReadOnlySpan<byte> text)
    {
        var count = 0;
        while (count < text.Length && IsDigit(text[count]))
        {
            count++;
        }

        return count;
    }

    public static bool AreDigits(ReadOnlySpan<byte> text) => !text.IsEmpty && CountDigits(text) == text.Length;

    /// <summary>From a place in a line to its end without the white space there.</summary>
    public static TextSpan Rest(ReadOnlySpan<byte> line, int at)
    {
        at = SkipSpaces(line, at);
        var end = line.Length;
        while (end > at && IsSpace(line[end - 1]))
        {
            end--;
        }

        return new TextSpan(at, end - at);
    }
}
