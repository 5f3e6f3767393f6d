using LogConsole.Logs;
using LogConsole.Pipeline;
using LogConsole.Storage;

namespace LogConsole.Overview;

/// <summary>
/// What the rollups do not hold: ingest lag and storage used, sampled every ten seconds for the last two hours and more, since this process started.
/// Written by one timer, read from any thread.
/// </summary>
internal sealed partial class SampledHistory(
    PipelineCounters counters, SegmentRetention retention, Database database, TimeProvider time, ILogger<SampledHistory> logger) : BackgroundService
{
    private const int Kept = 800;
    private const int StorageEvery = 3;

    private readonly Lock _lock = new();
    private readonly Queue<(DateTimeOffset At, double LagSeconds, long? StorageBytes)> _samples = new(Kept);
    private long? _storageBytes;

    /// <summary>When sampling began, which is when this process began to listen.</summary>
    public DateTimeOffset Since { get; } = time.GetUtcNow();

    /// <summary>The samples from a moment on, oldest first.</summary>
    public IReadOnlyList<(DateTimeOffset At, double LagSeconds, long? StorageBytes)> From(DateTimeOffset moment)
    {
        lock (_lock)
        {
            return [.. _samples.Where(sample => sample.At >= moment)];
        }
    }

    /// <summary>Bytes the log tables took at the last look, or null before the first.</summary>
    public long? StorageBytes
    {
        get
        {
            lock (_lock)
            {
                return _storageBytes;
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenReadyAsync(stoppingToken).ConfigureAwait(false);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10), time);
        for (var round = 0; ; round++)
        {
            if (round % StorageEvery == 0 || StorageBytes is null)
            {
                await MeasureStorageAsync(stoppingToken).ConfigureAwait(false);
            }

            Sample();
            if (!await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    private void Sample()
    {
        var lag = counters.Snapshot().LagSeconds;
        lock (_lock)
        {
            if (_samples.Count == Kept)
            {
                _samples.Dequeue();
            }

            _samples.Enqueue((time.GetUtcNow(), lag, _storageBytes));
        }
    }

    private async Task MeasureStorageAsync(CancellationToken cancellationToken)
    {
        if (!database.Status.IsReady)
        {
            return;
        }

        try
        {
            var bytes = await retention.DiskBytesAsync(cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                _storageBytes = bytes;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotMeasured(e.Message);
        }
    }

    [LoggerMessage(3001, LogLevel.Debug, "Storage could not be measured: {Reason}")]
    private partial void LogNotMeasured(string reason);
}
