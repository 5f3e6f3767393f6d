namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// What follows the time in the syslog of RFC 3164: a host and a tag. Ugly examples: <c>combo sshd(pam_unix)[19939]: check pass</c>,
/// <c>mac Google Chrome Helper[35628] (com.example.x): text</c>, <c>combo  -- root[2421]: ROOT LOGIN</c>, <c>combo syslogd 1.4.1: restart.</c>
/// </summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc3164#section-4.1</remarks>
internal static class SyslogTag
{
    private const int LongestTag = 160;
    private const int MostWords = 5;

    /// <summary>Reads host, tag and message; false when this is no tag.</summary>
    /// <param name="at">After the time.</param>
    /// <param name="needsProcess">Only a tag with a process id counts, and the kernel's: the time alone does not say that this is syslog.</param>
    public static bool TryRead(ReadOnlySpan<byte> line, int at, bool needsProcess, ref LineFields fields)
    {
        at = LineText.SkipSpaces(line, at);
        var hostEnd = LineText.EndOfWord(line, at);
        var host = line[at..hostEnd];
        if (host.IsEmpty || host[0] is (byte)'[' or (byte)'(' or (byte)'<' or (byte)'-' or (byte)'|' or (byte)',' or (byte)';' || LevelToken.OfWord(host, false, out _) != 0)
        {
            return false;
        }

        // "10:15:30: %ASA-…" and "10:15:30 sshd[123]: …" name no host.
        if (host[^1] == ':')
        {
            return host.Length > 1 && TryTag(line, at, needsProcess, ref fields);
        }

        if (!TryTag(line, LineText.SkipSpaces(line, hostEnd), needsProcess, ref fields))
        {
            return false;
        }

        fields.Host = new TextSpan(at, host.Length);
        return true;
    }

    private static bool TryTag(ReadOnlySpan<byte> line, int start, bool needsProcess, ref LineFields fields)
    {
        var limit = Math.Min(line.Length, start + LongestTag);
        var words = 1;
        var process = default(TextSpan);
        var nameEnd = -1;
        for (var i = start; i < limit; i++)
        {
            var value = line[i];
            if (value == ':' && (i + 1 == line.Length || LineText.IsSpace(line[i + 1])))
            {
                if (i == start || (needsProcess && process.IsEmpty && !line[start..i].SequenceEqual("kernel"u8)) || (process.IsEmpty && words > 1 && !IsNameAndVersion(line[start..i])))
                {
                    return TryColonAlone(line, start, i, needsProcess, ref fields);
                }

                var body = LineText.Rest(line, i + 1);
                if (body.IsEmpty && (process.IsEmpty || words > 1))
                {
                    // "10:15:30 order failed:"
                    return false;
                }

                SetTag(line, start, nameEnd < 0 ? i : nameEnd, process, ref fields);
                fields.Body = body;
                return true;
            }

            if (value == '[' && process.IsEmpty && i > start && !LineText.IsSpace(line[i - 1]))
            {
                var digits = LineText.CountDigits(line[(i + 1)..]);
                if (digits > 0 && i + 1 + digits < line.Length && line[i + 1 + digits] == ']')
                {
                    process = new TextSpan(i + 1, digits);
                    nameEnd = i;
                    i += digits + 1;
                }
            }
            else if (LineText.IsSpace(value) && !LineText.IsSpace(line[i - 1]) && (++words > MostWords || (!process.IsEmpty && i + 1 < line.Length && line[i + 1] != '(')))
            {
                // "kernel[0] text": without a colon the process still ends the tag.
                return false;
            }
        }

        return false;
    }

    // Cisco: "fw1 : %ASA-6-302013: Built"
    private static bool TryColonAlone(ReadOnlySpan<byte> line, int start, int colon, bool needsProcess, ref LineFields fields) =>
        colon == start && !needsProcess && LineText.SkipSpaces(line, colon + 1) is var next && next < line.Length && line[next] == '%'
        && TryTag(line, next, needsProcess, ref fields);

    private static void SetTag(ReadOnlySpan<byte> line, int start, int end, TextSpan process, ref LineFields fields)
    {
        fields.ProcessId = process;
        if (LevelToken.OfMnemonic(line[start..end]) is > 0 and var severity)
        {
            fields.SeverityNumber = severity;
            fields.Logger = new TextSpan(start, end - start);
            return;
        }

        // sshd(pam_unix) is sshd's module, "syslogd 1.4.1" syslogd.
        var name = line[start..end];
        while (name.Length > 1 && name[0] is (byte)'-' or (byte)' ')
        {
            start++;
            name = name[1..];
        }

        var cut = name.IndexOf((byte)'(');
        fields.Service = new TextSpan(start, cut > 0 ? cut : name.Length);
        if (cut > 0 && name[^1] == ')')
        {
            fields.Logger = new TextSpan(start + cut + 1, name.Length - cut - 2);
        }
    }

    private static bool IsNameAndVersion(ReadOnlySpan<byte> tag)
    {
        var space = tag.IndexOf((byte)' ');
        return space + 1 < tag.Length && tag[(space + 1)..].IndexOf((byte)' ') < 0 && LineText.IsDigit(tag[space + 1]);
    }
}
