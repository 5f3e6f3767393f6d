namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>What a container runtime says about a line.</summary>
/// <param name="Inner">Where the program's own text begins.</param>
/// <param name="IsError">Of <c>stderr</c>.</param>
/// <param name="IsCut">The program's line goes on in the runtime's next of the same stream.</param>
internal readonly record struct ContainerPart(int Inner, bool IsError, bool IsCut);

/// <summary>
/// The prefix container runtimes put before each line: <c>2026-11-20T10:15:30.123456789Z stderr F 2026-11-20 10:15:30,122 WARN slow</c>.
/// The line behind it is read as if it stood alone; its own time is taken only where it has a zone.
/// </summary>
/// <remarks>https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md</remarks>
internal static class ContainerFormat
{
    // " stdout F "
    private const int MarkBytes = 10;

    /// <summary>False when the line does not begin with the prefix.</summary>
    /// <param name="inner">Where the program's own line begins.</param>
    public static bool TryPrefix(ReadOnlySpan<byte> line, int start, TimeRules rules, out TimeMatch time, out int inner)
    {
        time = default;
        var isPart = TryPart(line[start..], out var part);
        inner = start + part.Inner;
        return isPart && TimeReader.TryRead(line.Slice(start, part.Inner - MarkBytes), rules, DateOrder.Unknown, out time);
    }

    /// <summary>The same, without a look at the time.</summary>
    public static bool TryPart(ReadOnlySpan<byte> line, out ContainerPart part)
    {
        part = default;
        var space = line.IsEmpty || !LineText.IsDigit(line[0]) ? -1 : line[..Math.Min(line.Length, 40)].IndexOf((byte)' ');
        if (space < 20)
        {
            return false;
        }

        var mark = line[space..];
        var isError = mark.StartsWith(" stderr "u8);
        if (mark.Length < MarkBytes || !(isError || mark.StartsWith(" stdout "u8)) || mark[8] is not ((byte)'F' or (byte)'P') || mark[9] != ' ')
        {
            return false;
        }

        part = new ContainerPart(space + MarkBytes, isError, mark[8] == 'P');
        return true;
    }

    /// <summary>The lines a runtime made of one that was too long for it, put together behind the first one's prefix; other text as it is.</summary>
    public static ReadOnlyMemory<byte> Whole(ReadOnlyMemory<byte> record, RecordArena arena)
    {
        var end = record.Span.IndexOf((byte)'\n');
        if (end < 0 || !TryPart(record.Span, out var part) || !part.IsCut)
        {
            return record;
        }

        arena.Begin();
        arena.Write(record.Span[..end].TrimEnd((byte)'\r'));
        for (var rest = record.Span[(end + 1)..]; !rest.IsEmpty;)
        {
            end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (part.IsCut && TryPart(line, out part))
            {
                arena.Write(line[part.Inner..].TrimEnd((byte)'\r'));
            }
            else
            {
                arena.Write((byte)'\n');
                arena.Write(line);
            }
        }

        return arena.End();
    }
}
