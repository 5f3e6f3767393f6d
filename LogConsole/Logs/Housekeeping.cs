using LogConsole.Metrics;
using LogConsole.Patterns;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Logs;

/// <summary>Retention of segments, rollups and templates, on exactly one instance.</summary>
internal sealed class Housekeeping(
    SegmentRetention segments, RollupRetention rollups, TemplateRetention templates, IOptions<LogsOptions> options, Database database, TimeProvider time, ILogger<Housekeeping> logger)
    : SingletonJob(database, time, logger)
{
    // Thinned by the day; looking means reading their tables.
    private static readonly TimeSpan s_rollupsEvery = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override string Name => "retention";

    /// <inheritdoc/>
    protected override async Task RunAsync(JobLease lease, CancellationToken cancellationToken)
    {
        var rollupsAt = DateTimeOffset.MinValue;
        while (true)
        {
            await segments.RunOnceAsync(cancellationToken).ConfigureAwait(false);
            if (Time.GetUtcNow() - rollupsAt >= s_rollupsEvery)
            {
                await rollups.RunOnceAsync(cancellationToken).ConfigureAwait(false);
                await templates.RunOnceAsync(options.Value.RetentionAge, cancellationToken).ConfigureAwait(false);
                rollupsAt = Time.GetUtcNow();
            }

            Beat();
            await Task.Delay(options.Value.HousekeepingInterval, Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
