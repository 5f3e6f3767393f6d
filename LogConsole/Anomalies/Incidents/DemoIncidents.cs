using LogConsole.Ingestion.Simulator;
using LogConsole.Storage;

namespace LogConsole.Anomalies.Incidents;

/// <summary>The demo stream's anomalies and incidents go with its services; this tells whoever watches that they are gone.</summary>
internal sealed class DemoIncidents(Database database, IncidentWatch watch) : IDemoDataOwner
{
    /// <inheritdoc/>
    public int Order => 1_100;

    /// <inheritdoc/>
    public bool BetweenBatches => true;

    /// <inheritdoc/>
    public async Task RemoveAsync(IReadOnlyList<int> serviceIds, CancellationToken cancellationToken)
    {
        await using var tick = database.Source.CreateCommand(IncidentWatch.TickSql);
        await tick.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        watch.Raise();
    }
}
