using LogConsole.Storage;

namespace LogConsole;

/// <summary>
/// Finds sections whose name is a slip of the keys away from one of ours: their settings would be silent defaults.
/// The environment belongs to other programs as well, so nothing else about unknown sections is a fault.
/// </summary>
internal static class SectionNames
{
    public const string ConnectionStrings = "ConnectionStrings";

    // Sections the framework reads: as worth reporting when misspelt, and no misspelling of ours.
    private static readonly string[] s_framework = [ConnectionStrings, "Logging", "Kestrel", "AllowedHosts", "HostOptions", "Urls", "DetailedErrors"];

    /// <summary>One sentence a misspelt section or connection string.</summary>
    /// <param name="known">Paths of the sections that are read.</param>
    public static IEnumerable<string> Faults(IConfiguration configuration, IEnumerable<string> known)
    {
        var names = known.Select(path => path.Split(':')[0]).Concat(s_framework).Distinct(StringComparer.OrdinalIgnoreCase).ToList();

        // A plain value (LOG=debug) is a variable of somebody else; only what holds settings was meant as a section.
        foreach (var section in configuration.GetChildren().Where(section => section.GetChildren().Any()))
        {
            if (MeantBy(section.Key, names) is { } meant)
            {
                yield return $"{section.GetChildren().First().Path}: there is no section {section.Key}; did you mean {meant}?";
            }
        }

        foreach (var connection in configuration.GetSection(ConnectionStrings).GetChildren())
        {
            if (MeantBy(connection.Key, [ExternalServer.ConnectionName]) is { } meant)
            {
                yield return $"{connection.Path}: there is no such connection string; did you mean {ConnectionStrings}:{meant}?";
            }
        }
    }

    // Two slips in a name of four letters make another word.
    private static string? MeantBy(string name, IReadOnlyCollection<string> names) =>
        names.Contains(name, StringComparer.OrdinalIgnoreCase) ? null : NearestName.Within(name.Length <= 4 ? 1 : 2, name, names);
}
