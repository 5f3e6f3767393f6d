using System.Collections.Concurrent;
using LogConsole.Ingestion;
using LogConsole.Pipeline;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Metrics;

/// <summary>The committed clock of every source. Advanced by the pipeline loop after a commit; readers on any thread. Bounded by the sources.</summary>
public sealed class SourceClocks(Database database) : IPipelineState
{
    private const string LoadSql = "select source, max_event_time from watermarks";

    private readonly ConcurrentDictionary<string, SourceClock> _clocks = new(StringComparer.Ordinal);

    /// <summary>The clock of a source.</summary>
    public SourceClock this[string source] => _clocks.TryGetValue(source, out var clock) ? clock : SourceClock.Start;

    /// <inheritdoc/>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        _clocks.Clear();
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(LoadSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            _clocks[reader.GetString(0)] = new SourceClock(LogTimestamp.From(reader.GetFieldValue<DateTimeOffset>(1)).UnixMicroseconds);
        }
    }

    internal void Set(string source, SourceClock clock) => _clocks[source] = clock;
}
