using Microsoft.Extensions.Options;

namespace LogConsole.Pipeline;

/// <summary>Runs a batch through the stages: forks it into lanes, each lane through all stages in order, and joins.</summary>
internal sealed class StageRunner(IEnumerable<ILogStage> stages, IOptions<PipelineOptions> options)
{
    // Below this the fork costs more than it saves.
    private const int MinRecordsPerLane = 512;

    private readonly ILogStage[] _stages = [.. stages];
    private readonly int _lanes = options.Value.Lanes > 0 ? options.Value.Lanes : Environment.ProcessorCount;

    /// <summary>Returns the change of each stage, in stage order. Throws what a stage threw; then the attempt is void.</summary>
    public async ValueTask<IReadOnlyList<IStageChange>> RunAsync(LogBatch batch)
    {
        var lanes = Math.Clamp(batch.Records.Length / MinRecordsPerLane, 1, _lanes);
        Array.Clear(batch.Flags); // what an earlier attempt decided is void
        var changes = new IStageChange[_stages.Length];
        for (var s = 0; s < _stages.Length; s++)
        {
            changes[s] = _stages[s].Begin(batch, lanes);
        }

        // Names are resolved by now: services folded into one are one, and stay in one lane.
        var split = LaneSplit.Of(batch.ServiceIds, lanes);

        if (lanes == 1)
        {
            RunLane(changes, split, 0);
            return changes;
        }

        var others = new Task[lanes - 1];
        for (var lane = 1; lane < lanes; lane++)
        {
            var mine = lane;
            others[lane - 1] = Task.Run(() => RunLane(changes, split, mine));
        }

        try
        {
            RunLane(changes, split, 0);
        }
        finally
        {
            await Task.WhenAll(others).ConfigureAwait(false);
        }

        return changes;
    }

    private static void RunLane(IStageChange[] changes, LaneSplit split, int lane)
    {
        foreach (var change in changes)
        {
            change.Process(lane, split[lane]);
        }
    }
}
