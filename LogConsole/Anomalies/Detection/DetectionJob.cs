using LogConsole.Anomalies.Explanations;
using LogConsole.Anomalies.Incidents;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Anomalies.Detection;

/// <summary>Detection, incidents and their explanations, on exactly one instance.</summary>
internal sealed class DetectionJob(
    DetectionParts parts, IncidentExplainer explainer, IncidentRetention retention, IncidentWatch watch, IOptions<AnomalyOptions> options, Database database, TimeProvider time, ILogger<DetectionJob> logger)
    : SingletonJob(database, time, logger)
{
    private static readonly TimeSpan s_retentionEvery = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override string Name => "detection";

    /// <inheritdoc/>
    protected override async Task RunAsync(JobLease lease, CancellationToken cancellationToken)
    {
        var cleanedAt = DateTimeOffset.MinValue;
        var run = await DetectionRun.LoadAsync(parts, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            if (options.Value.Enabled)
            {
                run = await RoundAsync(run, lease, cancellationToken).ConfigureAwait(false);
            }

            if (Time.GetUtcNow() - cleanedAt >= s_retentionEvery)
            {
                cleanedAt = Time.GetUtcNow();
                await retention.RunOnceAsync(cancellationToken).ConfigureAwait(false);
            }

            Beat();
            await Task.Delay(options.Value.Interval, Time, cancellationToken).ConfigureAwait(false);
        }
    }

    // Everything that is closed, then the explanations of what it changed.
    private async Task<DetectionRun> RoundAsync(DetectionRun run, JobLease lease, CancellationToken cancellationToken)
    {
        try
        {
            while (await run.StepAsync(lease, cancellationToken).ConfigureAwait(false))
            {
                Beat();
                watch.Raise();
            }
        }
        catch (DetectionSupersededException)
        {
            return await DetectionRun.LoadAsync(parts, cancellationToken).ConfigureAwait(false);
        }

        if (await explainer.RunOnceAsync(lease, cancellationToken).ConfigureAwait(false) != 0)
        {
            watch.Raise();
        }

        return run;
    }
}
