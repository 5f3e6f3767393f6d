using LogConsole.Ingestion;
using LogConsole.Pipeline;
using Npgsql;

namespace LogConsole.Logs;

/// <summary>Finds single records and what stands next to them.</summary>
internal sealed class LogLookup(LogReader reader, SegmentCatalog segments)
{
    /// <summary>How far from a record its neighbours are looked for.</summary>
    public static readonly TimeSpan FarthestNeighbour = TimeSpan.FromMinutes(10);

    // A busy service has its neighbours at once; only a quiet one is looked for further away.
    private static readonly TimeSpan[] s_reach = [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), FarthestNeighbour];

    // An id tells when its writer stored it; writers' clocks and the database's may differ by less than this.
    private static readonly TimeSpan s_clocks = TimeSpan.FromHours(1);

    /// <inheritdoc cref="ILogStore.FindAsync(LogCursor, CancellationToken)"/>
    public Task<LogRow?> FindAsync(LogCursor place, CancellationToken cancellationToken)
    {
        var at = new LogTimestamp(place.UnixMicroseconds).ToDateTimeOffset();
        return AgainAsync(async () =>
        {
            // The calendar's first moment is -infinity to Npgsql: there the id alone has to do.
            var holding = (await segments.ListAsync(cancellationToken).ConfigureAwait(false)).Where(segment => segment.From <= at && segment.To >= at).ToList();
            return holding.Count == 0 ? null : await reader.ReadOneAsync(holding, place.Id, at == DateTimeOffset.MinValue ? null : at, cancellationToken).ConfigureAwait(false);
        });
    }

    /// <inheritdoc cref="ILogStore.FindAsync(long, CancellationToken)"/>
    public Task<LogRow?> FindAsync(long id, CancellationToken cancellationToken) => AgainAsync(async () =>
    {
        if (id <= 0)
        {
            return null;
        }

        var stored = RecordIds.MomentOf(id);
        var holding = (await segments.ListAsync(cancellationToken).ConfigureAwait(false))
            .Where(segment => segment.Rows != 0 && segment.CreatedAt <= stored + s_clocks && (segment.ClosedAt is null || segment.ClosedAt >= stored - s_clocks)).ToList();
        return holding.Count == 0 ? null : await reader.ReadOneAsync(holding, id, at: null, cancellationToken).ConfigureAwait(false);
    });

    /// <inheritdoc cref="ILogStore.NeighboursAsync"/>
    public async Task<IReadOnlyList<LogRow>> NeighboursAsync(LogCursor place, int[]? serviceIds, int count, bool newer, CancellationToken cancellationToken)
    {
        var filter = new LogFilter { ServiceIds = serviceIds };
        var rows = new Rows(count);
        foreach (var reach in s_reach)
        {
            rows = await AgainAsync(() => ReadAsync(filter, place, reach, count, newer, cancellationToken)).ConfigureAwait(false);
            if (rows.Found.Count == count)
            {
                break;
            }
        }

        if (newer)
        {
            rows.Found.Reverse();
        }

        return rows.Found;
    }

    private async Task<Rows> ReadAsync(LogFilter filter, LogCursor place, TimeSpan reach, int count, bool newer, CancellationToken cancellationToken)
    {
        var at = new LogTimestamp(place.UnixMicroseconds).ToDateTimeOffset();
        var from = newer ? at : Shifted(at, -reach);
        var to = Shifted(at, newer ? reach : TimeSpan.FromMicroseconds(1));
        var rows = new Rows(count);
        var overlapping = (await segments.ListAsync(cancellationToken).ConfigureAwait(false)).Where(segment => segment.From < to && segment.To >= from).ToList();
        if (overlapping.Count != 0)
        {
            await reader.ReadAsync(overlapping, filter, [new SearchRange(from, to)], place, count, rows, cancellationToken, oldestFirst: newer).ConfigureAwait(false);
        }

        return rows;
    }

    // Retention may drop a segment between the look at the list and the read: the new list does not have it.
    private static async Task<T> AgainAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return await read().ConfigureAwait(false);
        }
    }

    private static DateTimeOffset Shifted(DateTimeOffset moment, TimeSpan by) => by < TimeSpan.Zero
        ? moment - DateTimeOffset.MinValue > -by ? moment + by : DateTimeOffset.MinValue
        : DateTimeOffset.MaxValue - moment > by ? moment + by : DateTimeOffset.MaxValue;

    private sealed class Rows(int count) : ILogRowSink
    {
        public List<LogRow> Found { get; } = [];

        public bool Add(LogRow row)
        {
            Found.Add(row);
            return Found.Count < count;
        }
    }
}
