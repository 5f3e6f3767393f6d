using LogConsole.Metrics;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Logs;

/// <summary>Retention of segments and rollups, on exactly one instance.</summary>
internal sealed class Housekeeping(
    SegmentRetention segments, RollupRetention rollups, IOptions<LogsOptions> options, Database database, TimeProvider time, ILogger<Housekeeping> logger)
    : SingletonJob(database, time, logger)
{
    /// <inheritdoc/>
    public override string Name => "retention";

    /// <inheritdoc/>
    protected override async Task RunAsync(JobLease lease, CancellationToken cancellationToken)
    {
        while (true)
        {
            await segments.RunOnceAsync(cancellationToken).ConfigureAwait(false);
            await rollups.RunOnceAsync(cancellationToken).ConfigureAwait(false);
            Beat();
            await Task.Delay(options.Value.HousekeepingInterval, Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
