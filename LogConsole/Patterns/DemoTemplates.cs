using LogConsole.Ingestion.Simulator;
using LogConsole.Pipeline.Names;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Patterns;

/// <summary>The demo stream's templates: finds them by message, and removes them.</summary>
internal sealed class DemoTemplates(Database database, TemplateCatalog catalog, ServiceCatalog services) : IDemoTemplates, IDemoDataOwner
{
    private const string Wildcard = "<*>";

    /// <inheritdoc/>
    public int Order => 300;

    /// <inheritdoc/>
    public bool BetweenBatches => true;

    /// <inheritdoc/>
    public IReadOnlyList<int> Find(string service, string message)
    {
        if (!services.TryGetId(service, isDemo: true, out var id))
        {
            return [];
        }

        var line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return [.. catalog.Snapshot().Where(template => template.ServiceId == id && Covers(template.Text, line)).Select(template => template.Id).Order()];
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(IReadOnlyList<int> serviceIds, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("delete from templates where service_id = any($1)");
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. serviceIds] });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    // The pieces between wildcards, in their order; a template of wildcards alone covers everything and so tells nothing.
    private static bool Covers(string template, string line)
    {
        var pieces = template.Split(Wildcard);
        if (pieces.All(string.IsNullOrWhiteSpace) || !line.StartsWith(pieces[0], StringComparison.Ordinal))
        {
            return false;
        }

        var at = pieces[0].Length;
        for (var i = 1; i < pieces.Length; i++)
        {
            // The last piece ends the line; the others lie wherever they come first.
            var found = i == pieces.Length - 1 && pieces[i].Length > 0
                ? Math.Max(line.Length - pieces[i].Length, at)
                : line.IndexOf(pieces[i], at, StringComparison.Ordinal);
            if (found < 0 || !line.AsSpan(found).StartsWith(pieces[i], StringComparison.Ordinal))
            {
                return false;
            }

            at = found + pieces[i].Length;
        }

        return pieces.Length > 1 || at == line.Length;
    }
}
