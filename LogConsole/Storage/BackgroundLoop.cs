namespace LogConsole.Storage;

/// <summary>
/// A loop in the background that is never silently dead: a failure is logged and the loop starts again after a growing pause,
/// stopping is no failure, and <see cref="Status"/> tells health pages how it fares.
/// </summary>
public abstract class BackgroundLoop(TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    /// <summary>For logs and health: "retention".</summary>
    public abstract string Name { get; }

    /// <summary>The condition now. Read from any thread.</summary>
    public LoopStatus Status { get; private set; } = new(LoopCondition.Waiting, time.GetUtcNow(), time.GetUtcNow(), null);

    protected ILogger Logger => logger;

    protected TimeProvider Time => time;

    /// <summary>Runs until cancelled. Returning ends the loop for good, throwing starts it again after a pause.</summary>
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    /// <summary>The loop is alive and has come round: call it once a turn. Also ends the growth of the pauses.</summary>
    protected void Beat() => Set(LoopCondition.Running);

    /// <summary>The loop is well but has nothing to do until something else happens.</summary>
    protected void Rest() => Set(LoopCondition.Waiting);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff(time, s_firstPause, s_longestPause);
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                await RunAsync(stoppingToken).ConfigureAwait(false);
                Set(LoopCondition.Ended);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logger.LoopFailed(e, Name);
                Status = new LoopStatus(LoopCondition.Faulted, time.GetUtcNow(), Status.LastBeat, e.Message);
            }

            // A run that lasted was a good one: what broke it is new, not the same fault again.
            if (time.GetElapsedTime(started) > s_longestPause)
            {
                backoff.Reset();
            }

            await backoff.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Set(LoopCondition condition)
    {
        var now = time.GetUtcNow();
        var status = Status;
        Status = condition == status.Condition
            ? status with { LastBeat = now }
            : new LoopStatus(condition, now, now, condition == LoopCondition.Ended ? null : status.LastError);
    }
}

/// <summary>How a loop fares.</summary>
public enum LoopCondition
{
    /// <summary>Not its turn: the database is away, or another instance does the work.</summary>
    Waiting,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Failed, and is tried again after a pause.</summary>
    Faulted,

    /// <summary>Finished by itself.</summary>
    Ended,
}

/// <summary>A snapshot for health pages.</summary>
/// <param name="Since">When this condition began.</param>
/// <param name="LastBeat">When the loop last said that it is alive.</param>
/// <param name="LastError">The message of its last failure; null when there was none.</param>
public sealed record LoopStatus(LoopCondition Condition, DateTimeOffset Since, DateTimeOffset LastBeat, string? LastError);
