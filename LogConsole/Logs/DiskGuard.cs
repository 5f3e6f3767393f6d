using LogConsole.Ingestion;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Logs;

/// <summary>Holds ingest, loudly, while the disk under the database is nearly full; goes on at one percent point more, so that it does not flap.</summary>
internal sealed partial class DiskGuard(
    IDiskSpace disk, IngestGate gate, IOptions<LogsOptions> options, TimeProvider time, ILogger<DiskGuard> logger)
    : BackgroundLoop(time, logger)
{
    private const string Hold = "disk";
    private bool _held;

    /// <inheritdoc/>
    public override string Name => "disk guard";

    /// <summary>Looks once.</summary>
    internal void Check()
    {
        var free = disk.FreePercent();
        var limit = options.Value.MinFreeDiskPercent;
        if (free < limit)
        {
            gate.Hold(Hold, $"ingest is paused: only {free:0.0} % of the disk is free, the limit is {limit:0.#} %");
            if (!_held)
            {
                LogHeld(free.Value, limit);
            }

            _held = true;
        }
        else if (_held && (free is null || free >= limit + 1))
        {
            gate.Release(Hold);
            LogReleased(free ?? 100);
            _held = false;
        }
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), Time);
        do
        {
            Check();
            Beat();
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    [LoggerMessage(2101, LogLevel.Error, "Ingest is paused: {Free:0.0} % of the disk is free, the limit is {Limit:0.#} %")]
    private partial void LogHeld(double free, double limit);

    [LoggerMessage(2102, LogLevel.Information, "Ingest goes on: {Free:0.0} % of the disk is free")]
    private partial void LogReleased(double free);
}
