using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Pipeline.Names;
using LogConsole.Storage;

namespace LogConsole.Overview;

/// <inheritdoc cref="ILineReader"/>
internal sealed class LineReader(ILogStore logs, OverviewQueries queries, ServiceCatalog services) : ILineReader
{
    private static readonly TimeSpan s_microsecond = TimeSpan.FromMicroseconds(1);

    /// <inheritdoc/>
    public async Task<LineReading> ReadAsync(LinePlace place, CancellationToken cancellationToken)
    {
        // The index of a segment is by time and id: the first row after the place just before the line's is the line itself.
        var at = new LogTimestamp(place.UnixMicroseconds).ToDateTimeOffset();
        var filter = new LogFilter { From = at, To = at < DateTimeOffset.MaxValue - s_microsecond ? at + s_microsecond : DateTimeOffset.MaxValue };
        try
        {
            var page = await logs.QueryAsync(filter, 1, new LogCursor(place.UnixMicroseconds, place.Id + 1), cancellationToken).ConfigureAwait(false);
            if (page.Rows is not [var row] || row.Id != place.Id)
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
