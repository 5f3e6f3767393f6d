using LogConsole.Metrics;
using LogConsole.Patterns;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Logs;

/// <summary>Retention of all that is stored, on exactly one instance.</summary>
internal sealed class Housekeeping(
    SegmentRetention segments, RollupRetention rollups, TemplateRetention templates, ResourceRetention resources, DeadLetterRetention deadLetters, ListeningStore listening,
    IOptions<LogsOptions> options, Database database, TimeProvider time, ILogger<Housekeeping> logger)
    : SingletonJob(database, time, logger)
{
    // What ages by the day; looking means reading whole tables.
    private static readonly TimeSpan s_slowEvery = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override string Name => "retention";

    /// <inheritdoc/>
    protected override async Task RunAsync(JobLease lease, CancellationToken cancellationToken)
    {
        var slowAt = DateTimeOffset.MinValue;
        while (true)
        {
            await segments.RunOnceAsync(lease, cancellationToken).ConfigureAwait(false);
            if (Time.GetUtcNow() - slowAt >= s_slowEvery)
            {
                await rollups.RunOnceAsync(cancellationToken).ConfigureAwait(false);
                await templates.RunOnceAsync(options.Value.RetentionAge, cancellationToken).ConfigureAwait(false);
                await resources.RunOnceAsync(cancellationToken).ConfigureAwait(false);
                await deadLetters.RunOnceAsync(lease, cancellationToken).ConfigureAwait(false);
                await listening.RetainAsync(cancellationToken).ConfigureAwait(false);
                slowAt = Time.GetUtcNow();
            }

            Beat();
            await Task.Delay(options.Value.HousekeepingInterval, Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
