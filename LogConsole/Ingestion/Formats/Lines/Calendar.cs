using System.Buffers.Binary;

namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>Days, and the names of months, weekdays and zones in English.</summary>
internal static class Calendar
{
    /// <summary>Days since 1970-01-01 of a valid date.</summary>
    public static long DayNumber(int year, int month, int day) => new DateOnly(year, month, day).DayNumber - TimestampParser.UnixEpochDay;

    public static bool IsDate(int year, int month, int day) =>
        year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && (day <= 28 || day <= DateTime.DaysInMonth(year, month));

    /// <summary>1–12 for a text that starts with a month's name (three letters or whole), else 0.</summary>
    public static int MonthAt(ReadOnlySpan<byte> text, out int length)
    {
        var month = Lower3(text) switch
        {
            0x6A616E => 1,
            0x666562 => 2,
            0x6D6172 => 3,
            0x617072 => 4,
            0x6D6179 => 5,
            0x6A756E => 6,
            0x6A756C => 7,
            0x617567 => 8,
            0x736570 => 9,
            0x6F6374 => 10,
            0x6E6F76 => 11,
            0x646563 => 12,
            _ => 0,
        };
        length = WordLength(text);
        return length is 3 or (>= 4 and <= 9) && LineText.IsUpper(text[0]) ? month : 0;
    }

    /// <summary>The length of a weekday's name at the start of a text, else 0.</summary>
    public static int WeekdayAt(ReadOnlySpan<byte> text) => Lower3(text) switch
    {
        0x6D6F6E or 0x747565 or 0x776564 or 0x746875 or 0x667269 or 0x736174 or 0x73756E when LineText.IsUpper(text[0]) && WordLength(text) is >= 3 and <= 9 => WordLength(text),
        _ => 0,
    };

    /// <summary>Minutes east of UTC of a zone's abbreviation at the start of a text; those that several countries use are not known.</summary>
    public static bool TryZoneAt(ReadOnlySpan<byte> text, out int minutes, out int length)
    {
        length = WordLength(text);
        var name = text[..length];
        int? known = length switch
        {
            3 when name.SequenceEqual("UTC"u8) || name.SequenceEqual("GMT"u8) || name.SequenceEqual("WET"u8) => 0,
            3 when name.SequenceEqual("CET"u8) => 60,
            3 when name.SequenceEqual("EET"u8) => 120,
            3 when name.SequenceEqual("MSK"u8) => 180,
            3 when name.SequenceEqual("EST"u8) => -300,
            3 when name.SequenceEqual("EDT"u8) => -240,
            3 when name.SequenceEqual("CDT"u8) => -300,
            3 when name.SequenceEqual("MST"u8) => -420,
            3 when name.SequenceEqual("MDT"u8) => -360,
            3 when name.SequenceEqual("PST"u8) => -480,
            3 when name.SequenceEqual("PDT"u8) => -420,
            3 when name.SequenceEqual("JST"u8) || name.SequenceEqual("KST"u8) => 540,
            4 when name.SequenceEqual("CEST"u8) => 120,
            4 when name.SequenceEqual("EEST"u8) => 180,
            4 when name.SequenceEqual("WEST"u8) => 60,
            _ => null,
        };
        minutes = known ?? 0;
        return known is not null;
    }

    private static uint Lower3(ReadOnlySpan<byte> text) =>
        text.Length < 3 ? 0 : ((uint)BinaryPrimitives.ReadUInt16BigEndian(text) << 8 | text[2]) | 0x202020;

    private static int WordLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && length < 10 && LineText.IsLetter(text[length]))
        {
            length++;
        }

        return length;
    }
}
