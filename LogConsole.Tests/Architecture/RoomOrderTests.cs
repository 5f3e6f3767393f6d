using System.Text.RegularExpressions;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Architecture;

/// <summary>A room may use the rooms above it and the floors; a floor knows no room.</summary>
public sealed partial class RoomOrderTests
{
    // In the order a log line takes.
    private static readonly string[] s_rooms =
        ["Ingestion", "Pipeline", "Patterns", "Metrics", "Logs", "Anomalies", "Overview", "Streaming", "Api", "Components"];

    private static readonly string[] s_floors = ["Storage", "Access", "Live", "Telemetry", "Web"];

    public static TheoryData<string> Folders => [.. s_rooms, .. s_floors];

    [Fact]
    public void EveryFolder_IsARoomOrAFloor() => Assert.Equal(
        s_rooms.Concat(s_floors).Order(StringComparer.Ordinal),
        Directory.GetDirectories(Path.Combine(Repository.Root, "LogConsole")).Select(path => Path.GetFileName(path)!)
            .Except(["bin", "obj", "wwwroot", "Properties", "data"]).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_UsesOnlyWhatStandsAboveIt(string folder)
    {
        var allowed = s_floors.Concat(s_rooms.TakeWhile(room => room != folder)).Append(folder).ToHashSet(StringComparer.Ordinal);
        if (s_floors.Contains(folder))
        {
            allowed = [.. s_floors];
        }

        Assert.Empty(Uses(folder).Where(use => !allowed.Contains(use.Room)).Select(use => $"{use.File} uses {use.Room}"));
    }

    private static IEnumerable<(string File, string Room)> Uses(string folder) =>
        from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "LogConsole", folder), "*.*", SearchOption.AllDirectories)
        where path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".razor", StringComparison.Ordinal)
        from Match match in RoomName().Matches(File.ReadAllText(path))
        let room = match.Groups["room"].Value
        where s_rooms.Contains(room) || s_floors.Contains(room)
        select (Path.GetFileName(path), room);

    [GeneratedRegex(@"\bLogConsole\.(?<room>\w+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RoomName();
}
