using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LogConsole.Storage;

/// <summary>One forward step of the schema.</summary>
/// <param name="Version">Its number, from 1; steps are applied in this order.</param>
/// <param name="Name">For people: the file's name without number and ending.</param>
/// <param name="Sql">One or more statements; run in one transaction.</param>
public sealed record Migration(int Version, string Name, string Sql)
{
    private const string Prefix = "Migrations/";

    /// <summary>Hex SHA-256 of <see cref="Sql"/>; line endings do not count, so a checkout's settings do not matter.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The steps that travel inside the console (<c>Migrations/NNNN_name.sql</c>), in order.</summary>
    public static IReadOnlyList<Migration> Embedded { get; } = LoadEmbedded();

    /// <summary>"0001_core".</summary>
    public override string ToString() => $"{Version:0000}_{Name}";

    private static Migration[] LoadEmbedded()
    {
        var assembly = typeof(Migration).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(resource =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                var file = Path.GetFileNameWithoutExtension(resource[Prefix.Length..]);
                return new Migration(int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), file[5..], reader.ReadToEnd());
            })
            .OrderBy(migration => migration.Version)];
    }
}
