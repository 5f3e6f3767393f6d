namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// The prefix container runtimes put before each line: <c>2026-11-20T10:15:30.123456789Z stderr F 2026-11-20 10:15:30,122 WARN slow</c>.
/// The line behind it is read as if it stood alone; its own time is taken only where it has a zone.
/// </summary>
/// <remarks>https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md</remarks>
internal static class ContainerFormat
{
    /// <summary>False when the line does not begin with the prefix.</summary>
    /// <param name="inner">Where the program's own line begins.</param>
    public static bool TryPrefix(ReadOnlySpan<byte> line, int start, TimeRules rules, out TimeMatch time, out int inner)
    {
        time = default;
        inner = 0;
        var space = line[start..Math.Min(line.Length, start + 40)].IndexOf((byte)' ');
        if (space < 20)
        {
            return false;
        }

        var rest = line[(start + space)..];
        inner = start + space + 10;
        return (rest.StartsWith(" stdout "u8) || rest.StartsWith(" stderr "u8)) && rest.Length >= 10 && (rest[8] is (byte)'F' or (byte)'P') && rest[9] == ' '
            && TimeReader.TryRead(line.Slice(start, space), rules, DateOrder.Unknown, out time);
    }
}
