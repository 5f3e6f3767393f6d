using System.Security.Cryptography;
using System.Text;

namespace LogConsole.Ingestion.Http;

/// <summary>
/// Sends a file's lines to an ingest door, batch after batch, each line stored once however often and in whichever way the file is sent:
/// a batch's <c>Idempotency-Key</c> names the place where it begins (everything before it, and its first line), not where it ends.
/// When an earlier replay began a batch there and ended it elsewhere (another rate, a file that has grown since, a run that was cut off),
/// the door says how many records that one had, and this one goes on behind it.
/// </summary>
internal sealed class Replay(ReplayOptions options, HttpClient http, ReplayProgress progress, TextWriter output, TimeProvider time) : IAsyncDisposable
{
    // Files may begin alike (the same banner as first line); each is then told apart by its rank among them.
    private const int MaxNamesakes = 16;
    private readonly ReplayTotals _totals = new();
    private readonly LineBatches _lines = new(options.File, options.Follow, time);
    private readonly ReplaySender _sender = new(options, http, time);
    private readonly LineReading _reading = new();
    private readonly string _run = options.Again ? Guid.NewGuid().ToString("N") : "";
    private ReplayFormat _format = options.Format;

    /// <summary>Runs to the end of the file, or until cancelled. Throws <see cref="IOException"/> or <see cref="InvalidDataException"/> when the file cannot be read.</summary>
    /// <returns>An exit code: success when every line was taken.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        string? failure = null;
        try
        {
            while (failure is null && await _lines.NextAsync(options.BatchLines, cancellationToken).ConfigureAwait(false) is { } next)
            {
                failure = await DealWithAsync(next, cancellationToken).ConfigureAwait(false);
                progress.Show(_totals, next.Offset + next.Bytes.Length, next.FileLength);
                await KeepRateAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C ends a replay, and is the way a followed one ends.
        }

        progress.End();
        if (failure is not null)
        {
            progress.Say(failure);
        }

        _totals.Retries = _sender.Retries;
        await output.WriteLineAsync(
            $"{_totals.Lines:N0} lines in {progress.Elapsed.TotalSeconds:N1} s: {_totals.Accepted:N0} accepted, {_totals.Duplicates:N0} duplicates, "
            + $"{_totals.Rejected:N0} rejected, {_totals.DeadLettered:N0} dead-lettered, {_totals.Blank:N0} blank and skipped, {_totals.Retries:N0} retries").ConfigureAwait(false);
        var isStopped = cancellationToken.IsCancellationRequested && !options.Follow;
        return failure is null && _totals.Rejected == 0 && !isStopped ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _lines.DisposeAsync();

    // A batch begins with a record: only what was stored is recognised, and lines the door refuses must not hide that a stored one follows.
    private async Task<string?> DealWithAsync(LineBatch next, CancellationToken cancellationToken)
    {
        var blank = LineReading.LeadingBlanks(next);
        if (blank > 0)
        {
            _totals.Lines += blank;
            _totals.Blank += blank;
            _lines.Advance(next.First(blank));
            return null;
        }

        DecideFormat(next);
        var unreadable = _reading.LeadingUnreadable(next, _format);
        return await SendAsync(unreadable > 0 ? next.First(unreadable) : next, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> SendAsync(LineBatch batch, CancellationToken cancellationToken)
    {
        for (var rank = 0; rank < MaxNamesakes; rank++)
        {
            var key = KeyOf(batch, rank);
            var answer = await _sender.SendAsync(batch, _format, key, cancellationToken).ConfigureAwait(false);
            if (answer.Records is { } records)
            {
                (batch, answer) = await FindEarlierAsync(batch, key, records, cancellationToken).ConfigureAwait(false);
            }

            if (answer.Records is null)
            {
                return Count(batch, answer);
            }
        }

        return $"{options.To} knows {MaxNamesakes} other files that begin like this one; send it with --again";
    }

    // The earlier batch ended behind its last record, or behind some of the lines after it that were none.
    private async Task<(LineBatch Batch, ReplayAnswer Answer)> FindEarlierAsync(LineBatch batch, string key, int records, CancellationToken cancellationToken)
    {
        ReplayFormat[] formats = _format == ReplayFormat.Text ? [ReplayFormat.Text, ReplayFormat.Ndjson] : [ReplayFormat.Ndjson, ReplayFormat.Text];
        foreach (var format in formats)
        {
            var lines = records;
            while (await _lines.ExactlyAsync(lines, cancellationToken).ConfigureAwait(false) is { } earlier && _reading.Records(earlier, format) is var found && found <= records)
            {
                if (found == records && await _sender.SendAsync(earlier, format, key, cancellationToken).ConfigureAwait(false) is { Records: null } answer)
                {
                    return (earlier, answer);
                }

                lines += Math.Max(1, records - found);
            }
        }

        // Another file's. The reader may have moved the lines meanwhile.
        return ((await _lines.ExactlyAsync(batch.Lines, cancellationToken).ConfigureAwait(false))!.Value, new ReplayAnswer { Records = records });
    }

    private string? Count(LineBatch batch, ReplayAnswer answer)
    {
        if (answer.Trouble is not null)
        {
            return answer.Trouble;
        }

        var blank = LineReading.Blanks(batch);
        _totals.Lines += batch.Lines;
        _totals.Blank += blank;
        if (answer.Refusal is not null)
        {
            _totals.Rejected += batch.Lines - blank;
            progress.Say($"at byte {batch.Offset:N0}: {answer.Refusal}");
        }

        _totals.Accepted += answer.Reply?.Accepted ?? 0;
        _totals.Duplicates += answer.Reply?.Duplicates ?? 0;
        _totals.Rejected += answer.Reply?.Rejected ?? 0;
        _totals.DeadLettered += answer.Reply?.DeadLettered ?? 0;
        _lines.Advance(batch);
        return null;
    }

    // Decided once, by the first line that is not blank.
    private void DecideFormat(LineBatch batch)
    {
        if (_format == ReplayFormat.Auto)
        {
            _format = batch.Bytes.Span.TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{', ..] ? ReplayFormat.Ndjson : ReplayFormat.Text;
        }
    }

    private string KeyOf(LineBatch batch, int rank)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{options.Service}\n{options.Zone}\n{_run}\n{rank}\n"));
        hash.AppendData(_lines.Place);
        hash.AppendData(batch.FirstLine.Span);
        return $"replay:{Convert.ToHexStringLower(hash.GetHashAndReset())}@{batch.Offset}";
    }

    private async Task KeepRateAsync(CancellationToken cancellationToken)
    {
        if (options.LinesPerSecond > 0 && TimeSpan.FromSeconds((double)_totals.Lines / options.LinesPerSecond) - progress.Elapsed is { Ticks: > 0 } early)
        {
            await Task.Delay(early, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
