using System.Collections.ObjectModel;
using LogConsole.Ingestion;

namespace LogConsole.Overview;

/// <summary>A source's progress as every console has stored it.</summary>
internal sealed record SourceProgress(string Source, DateTimeOffset NewestEvent, DateTimeOffset LastSeen);

/// <summary>Puts together what the doors, the pipeline and the tables know of the sources. Pure.</summary>
internal static class SystemSources
{
    private static readonly ReadOnlyDictionary<string, long> s_none = ReadOnlyDictionary<string, long>.Empty;

    /// <summary>Doors by name, each followed by its sources, the ones last seen first.</summary>
    public static IReadOnlyList<SystemSource> Of(
        IReadOnlyList<DoorCounts> doors, IReadOnlyDictionary<string, SourceCount> counts, IReadOnlyList<SourceProgress> progress)
    {
        var sources = counts.Keys.Concat(progress.Select(one => one.Source)).Distinct(StringComparer.Ordinal).Select(name => SourceOf(name, counts, progress))
            .ToLookup(source => DoorOf(source.Name), StringComparer.Ordinal);
        return
        [
            .. doors.Select(door => door.Door).Concat(sources.Select(group => group.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .SelectMany(name => WithDoor(name, doors.FirstOrDefault(door => door.Door == name), [.. sources[name]])),
        ];
    }

    /// <summary>The door a source came by: what stands before the first colon.</summary>
    internal static string DoorOf(string source) => source.Split(':', 2)[0];

    private static IEnumerable<SystemSource> WithDoor(string name, DoorCounts? door, IReadOnlyList<SystemSource> sources)
    {
        var (stored, dead) = door is null ? (sources.Sum(source => source.Stored), sources.Sum(source => source.DeadLettered)) : (door.Accepted, door.DeadLettered);
        var (duplicates, rejected) = (door?.Duplicates ?? 0, door?.Rejected ?? s_none);
        yield return new SystemSource(
            name, true, stored + dead + duplicates + rejected.Values.Sum(), stored, duplicates, dead, rejected, door?.Refused ?? s_none,
            sources.Max(source => source.LastSeen), sources.MaxBy(source => source.LastSeen)?.NewestEvent);
        foreach (var source in sources.Where(source => source.Name != name).OrderByDescending(source => source.LastSeen).ThenBy(source => source.Name, StringComparer.Ordinal))
        {
            yield return source;
        }
    }

    private static SystemSource SourceOf(string name, IReadOnlyDictionary<string, SourceCount> counts, IReadOnlyList<SourceProgress> progress)
    {
        var count = counts.GetValueOrDefault(name);
        var known = progress.FirstOrDefault(one => one.Source == name);
        return new SystemSource(
            name, false, count.Stored + count.DeadLettered, count.Stored, 0, count.DeadLettered, s_none, s_none, known?.LastSeen, known?.NewestEvent);
    }
}
