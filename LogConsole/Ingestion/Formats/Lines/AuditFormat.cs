namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>Linux' audit daemon: <c>type=SYSCALL msg=audit(1763632530.123:24287): arch=c000003e syscall=2 success=no</c>, perhaps after <c>node=web-1</c>.</summary>
internal static class AuditFormat
{
    public static bool TryRead(ReadOnlySpan<byte> line, int start, TimeRules rules, ref LineFields fields)
    {
        var header = line[..Math.Min(line.Length, LineText.HeaderBytes)];
        var type = header[start..].IndexOf("type="u8);
        var mark = header[start..].IndexOf("msg=audit("u8);
        if (type < 0 || mark < type || !TimeReader.TryRead(header[(start + mark + 10)..], rules, DateOrder.Unknown, out var time) || time.Form != TimeForm.Epoch)
        {
            return false;
        }

        var close = header[(start + mark)..].IndexOf("):"u8);
        if (close < 0)
        {
            return false;
        }

        fields.Take(ref time, new TextSpan(start + mark + 10, time.Length));
        var name = start + type + 5;
        fields.Logger = new TextSpan(name, LineText.EndOfWord(line, name) - name);
        fields.Body = LineText.Rest(line, start + mark + close + 2);
        return true;
    }
}
