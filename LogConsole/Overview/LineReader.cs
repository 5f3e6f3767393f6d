using LogConsole.Logs;
using LogConsole.Pipeline.Names;
using LogConsole.Storage;

namespace LogConsole.Overview;

/// <inheritdoc cref="ILineReader"/>
internal sealed class LineReader(ILogStore logs, OverviewQueries queries, ServiceCatalog services) : ILineReader
{
    /// <inheritdoc/>
    public async Task<LineReading> ReadAsync(LinePlace place, CancellationToken cancellationToken)
    {
        try
        {
            if (await logs.FindAsync(new LogCursor(place.UnixMicroseconds, place.Id), cancellationToken).ConfigureAwait(false) is not { } row)
            {
                return LineReading.Gone;
            }

            var (pattern, source) = await queries.NamesAsync(row.TemplateId, row.SourceId, cancellationToken).ConfigureAwait(false);
            return new LineReading(new LineDetails(row, services[row.ServiceId].Name, source, pattern), null);
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or DatabaseUnavailableException or TimeoutException)
        {
            return LineReading.Away;
        }
    }
}
