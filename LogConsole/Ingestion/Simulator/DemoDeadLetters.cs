using LogConsole.Storage;

namespace LogConsole.Ingestion.Simulator;

/// <summary>The demo stream's dead letters.</summary>
internal sealed class DemoDeadLetters(Database database) : IDemoDataOwner
{
    /// <inheritdoc/>
    public int Order => 10;

    /// <inheritdoc/>
    public bool BetweenBatches => false;

    /// <inheritdoc/>
    public async Task RemoveAsync(IReadOnlyList<int> serviceIds, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("delete from dead_letters where demo");
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
