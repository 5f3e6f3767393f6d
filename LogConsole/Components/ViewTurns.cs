namespace LogConsole.Components;

/// <summary>
/// Lets the viewers of one change make their frames one after the other. Two hundred pages that wake at the same moment would otherwise put two hundred
/// pieces of work before everything else that waits for a thread, ingest among it. Thread-safe; one for the process, whose threads it shares out.
/// </summary>
internal static class ViewTurns
{
    // A page whose circuit is busy keeps its turn waiting: the others go on without one.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    private static readonly SemaphoreSlim s_turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Starts <paramref name="show"/> in its turn and returns when it is done. The turn ends where it first waits: for the browser, nobody else has to.</summary>
    public static async Task RunAsync(Func<Task> show, CancellationToken cancellationToken)
    {
        var hasTurn = await s_turns.WaitAsync(s_patience, cancellationToken);
        Task shown;
        try
        {
            // The page may have gone while it waited.
            cancellationToken.ThrowIfCancellationRequested();
            shown = show();
        }
        finally
        {
            if (hasTurn)
            {
                s_turns.Release();
            }
        }

        await shown;
    }
}
