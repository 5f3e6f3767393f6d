namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// The prefix container runtimes put before each line: <c>2026-11-20T10:15:30.123456789Z stderr F 2026-11-20 10:15:30,122 WARN slow</c>.
/// The line behind it is read as if it stood alone; its own time is taken only where it has a zone.
/// </summary>
/// <remarks>https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md</remarks>
internal static class ContainerFormat
{
    public static bool TryRead(ReadOnlySpan<byte> line, int start, TimeRules rules, ColumnStats stats, ref LineFields fields)
    {
        var space = line[start..Math.Min(line.Length, start + 40)].IndexOf((byte)' ');
        if (space < 20)
        {
            return false;
        }

        var rest = line[(start + space)..];
        if (!(rest.StartsWith(" stdout "u8) || rest.StartsWith(" stderr "u8)) || rest.Length < 10 || rest[8] is not ((byte)'F' or (byte)'P') || rest[9] != ' '
            || !TimeReader.TryRead(line.Slice(start, space), rules, DateOrder.Unknown, out var time))
        {
            return false;
        }

        var inner = start + space + 10;
        if (!HeaderFormat.TryRead(line, inner, rules, stats, ref fields) || fields.ZoneAssumed)
        {
            fields.Take(ref time);
        }

        fields.Body = fields.Body.IsEmpty ? LineText.Rest(line, inner) : fields.Body;
        return true;
    }
}
