using System.Text;

namespace LogConsole.Storage.Embedded;

/// <summary>The server's log file: it appends, we keep it short and quote from it.</summary>
internal static class PostgresLog
{
    private const long MaxBytes = 16 << 20;

    /// <summary>Bytes in the file; 0 when there is none.</summary>
    public static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>
    /// Past 16 MiB the file is kept as <c>.1</c> and emptied. PostgreSQL holds it open for appending and so goes on at its new end;
    /// lines written in between are lost.
    /// </summary>
    public static void Bound(string path)
    {
        if (Length(path) > MaxBytes)
        {
            File.Copy(path, path + ".1", overwrite: true);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.SetLength(0);
        }
    }

    /// <summary>The last complaint written after <paramref name="start"/>, as a phrase without a full stop.</summary>
    public static string Complaint(string path, long start)
    {
        if (!File.Exists(path))
        {
            return "it wrote no log";
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = Math.Clamp(start, Math.Max(0, file.Length - 65_536), file.Length);
        using var reader = new StreamReader(file, Encoding.UTF8);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        // 2025-11-20 20:49:34.123 UTC [4711] FATAL:  could not map anonymous shared memory: Cannot allocate memory
        // initdb: error: could not create directory "/x": Permission denied
        var complaint = Array.FindLast(lines, line => line.Contains("FATAL:", StringComparison.Ordinal) || line.Contains("PANIC:", StringComparison.Ordinal))
            ?? Array.FindLast(lines, line => line.Contains("error:", StringComparison.OrdinalIgnoreCase))
            ?? lines.LastOrDefault()
            ?? "it ended without a word";
        var level = complaint.IndexOf("FATAL:", StringComparison.Ordinal);
        return (level >= 0 ? complaint[(level + 6)..] : complaint).Trim().TrimEnd('.');
    }
}
