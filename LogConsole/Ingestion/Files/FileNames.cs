using System.IO.Enumeration;

namespace LogConsole.Ingestion.Files;

/// <summary>
/// Lists the regular files a source's paths stand for. At most <see cref="MostFiles"/>; folders that cannot be listed count as empty.
/// <c>**</c> does not follow links, so it ends.
/// </summary>
internal static class FileNames
{
    /// <summary>Files of one source, at most.</summary>
    public const int MostFiles = 10_000;

    private static readonly EnumerationOptions s_any = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    public static IReadOnlyList<FileAt> Find(FileSourceOptions source)
    {
        var found = new Dictionary<FileIdentity, FileAt>();
        foreach (var path in source.Paths)
        {
            var root = Path.GetPathRoot(path)!;
            var parts = path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
            Collect(root, parts, source, found);
        }

        return [.. found.Values];
    }

    private static void Collect(string folder, ReadOnlySpan<string> parts, FileSourceOptions source, Dictionary<FileIdentity, FileAt> found)
    {
        if (parts.IsEmpty || found.Count >= MostFiles)
        {
            return;
        }

        var part = parts[0];
        var rest = parts[1..];
        if (part == "**")
        {
            Collect(folder, rest, source, found);
            foreach (var below in Folders(folder, "*").Where(below => new DirectoryInfo(below).LinkTarget is null))
            {
                Collect(below, parts, source, found);
            }
        }
        else if (!rest.IsEmpty)
        {
            foreach (var below in HasWildcard(part) ? Folders(folder, part) : [Path.Combine(folder, part)])
            {
                Collect(below, rest, source, found);
            }
        }
        else
        {
            foreach (var path in HasWildcard(part) ? Files(folder, part) : [Path.Combine(folder, part)])
            {
                if (!source.Exclude.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path), ignoreCase: false))
                    && FileStat.TryGet(path, out var file) && found.Count < MostFiles)
                {
                    // Two names of one file: the first counts.
                    found.TryAdd(file.Identity, file);
                }
            }
        }
    }

    private static bool HasWildcard(string part) => part.AsSpan().ContainsAny('*', '?');

    private static List<string> Files(string folder, string pattern) => Names(() => Directory.EnumerateFiles(folder, "*", s_any), pattern);

    private static List<string> Folders(string folder, string pattern) => Names(() => Directory.EnumerateDirectories(folder, "*", s_any), pattern);

    private static List<string> Names(Func<IEnumerable<string>> list, string pattern)
    {
        try
        {
            return [.. list().Where(path => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path), ignoreCase: false)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
