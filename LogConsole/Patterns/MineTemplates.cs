using LogConsole.Pipeline;

namespace LogConsole.Patterns;

/// <summary>
/// The stage that gives every record its template. Committed trees are read, never written, before <see cref="IStageChange.Apply"/>.
/// Needs the resolved service ids that the stage before it leaves in the batch, by the time it writes.
/// </summary>
public sealed class MineTemplates(TemplateMiner miner, TimeProvider time) : ILogStage
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The stored templates were not loaded yet: mining would start known templates anew.</exception>
    public IStageChange Begin(LogBatch batch, int laneCount)
    {
        if (!miner.IsLoaded)
        {
            throw new InvalidOperationException("Templates are mined only after the stored ones were loaded.");
        }

        return new MiningChange(miner, batch, laneCount, time);
    }
}
