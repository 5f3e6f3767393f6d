namespace LogConsole.Pipeline;

/// <summary>Finds the records that make a batch fail by bisecting it with probes, which are always rolled back: O(k log n) probes for k of n records.</summary>
internal static class PoisonSearch
{
    /// <summary>Records looked for one by one; with more, whole failing stretches become dead letters, so that a hostile batch cannot hold the loop.</summary>
    internal const int MaxFound = 500;

    /// <summary>
    /// Returns the records that fail alone, in order, with the reason. Faults that are not the records' are thrown on.
    /// </summary>
    /// <param name="batch">The batch that failed.</param>
    /// <param name="probe">Runs stages and write for a slice of the batch and rolls back; throws when it fails.</param>
    public static async Task<IReadOnlyList<PoisonRecord>> FindAsync(LogBatch batch, Func<LogBatch, Task> probe)
    {
        var found = new List<PoisonRecord>();
        var open = new Stack<(int Start, int Count)>();
        open.Push((0, batch.Records.Length));
        while (open.TryPop(out var range))
        {
            if (range.Count == 0 || await FailureOfAsync(batch.Slice(range.Start, range.Count), probe).ConfigureAwait(false) is not { } failure)
            {
                continue;
            }

            if (range.Count == 1 || found.Count >= MaxFound)
            {
                for (var i = range.Start; i < range.Start + range.Count; i++)
                {
                    found.Add(new PoisonRecord(batch.Deliveries[batch.DeliveryOf[i]], batch.Records[i], WriteFailures.Reason(failure)));
                }

                continue;
            }

            var half = range.Count / 2;
            open.Push((range.Start + half, range.Count - half));
            open.Push((range.Start, half));
        }

        return found;
    }

    private static async Task<Exception?> FailureOfAsync(LogBatch slice, Func<LogBatch, Task> probe)
    {
        try
        {
            await probe(slice).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (WriteFailures.Classify(e) == WriteFailure.Poison || WriteFailures.MayBeARecord(e))
        {
            return e;
        }
    }
}
