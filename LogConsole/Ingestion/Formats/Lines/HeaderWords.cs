namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>The words beside a line's message that became no field: they are kept, whatever the format.</summary>
internal static class HeaderWords
{
    /// <summary>Whether there are any.</summary>
    public static bool AreLeft(ReadOnlySpan<byte> line, ref readonly LineFields fields) =>
        !fields.IsLogfmt && (AreLeft(line, fields.Start, fields.Body.Start, in fields) || AreLeft(line, fields.Body.End, line.Length, in fields));

    /// <summary>Whether a part of the line has words that became no field.</summary>
    public static bool AreLeft(ReadOnlySpan<byte> line, int start, int end, ref readonly LineFields fields)
    {
        for (var at = start; at < end; at++)
        {
            if (IsWordByte(line[at]))
            {
                var after = AfterField(at, in fields);
                if (after <= at && !IsLabel(line, at, fields.Level))
                {
                    return true;
                }

                at = Math.Max(after, at + 1) - 1;
            }
        }

        return false;
    }

    /// <summary>Whether a text has any words.</summary>
    public static bool AreIn(ReadOnlySpan<byte> text)
    {
        var none = default(LineFields);
        return AreLeft(text, 0, text.Length, in none);
    }

    // Where the field ends that covers a place; 0 when there is none. Those that come first in most lines are asked first.
    private static int AfterField(int at, ref readonly LineFields fields) =>
        Covers(at, fields.Clock) ? fields.Clock.End
        : Covers(at, fields.Level) ? fields.Level.End
        : Covers(at, fields.Host) ? fields.Host.End
        : Covers(at, fields.Service) ? fields.Service.End
        : Covers(at, fields.ProcessId) ? fields.ProcessId.End
        : Covers(at, fields.Logger) ? fields.Logger.End
        : Covers(at, fields.Thread) ? fields.Thread.End
        : Covers(at, fields.ClockAgain) ? fields.ClockAgain.End : 0;

    private static bool Covers(int at, TextSpan field) => (uint)(at - field.Start) < (uint)field.Length;

    // "level=info": the name belongs to the level.
    private static bool IsLabel(ReadOnlySpan<byte> line, int at, TextSpan level) =>
        level.Start > at && line[level.Start - 1] == '=' && !line[at..(level.Start - 1)].ContainsAnyExceptInRange((byte)'A', (byte)'z');

    private static bool IsWordByte(byte value) => LineText.IsLetter(value) || LineText.IsDigit(value) || value >= 0x80;
}
