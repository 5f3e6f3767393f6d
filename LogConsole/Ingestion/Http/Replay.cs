using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LogConsole.Ingestion.Http;

/// <summary>
/// Sends a file's lines to an ingest door, batch after batch. Each batch has an <c>Idempotency-Key</c> made of its content, its place and the options,
/// so neither a retry nor a repeated replay stores a line twice.
/// </summary>
internal sealed class Replay(ReplayOptions options, HttpClient http, ReplayProgress progress, TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(15);
    private readonly ReplayTotals _totals = new();
    private readonly string _run = options.Again ? Guid.NewGuid().ToString("N") : "";
    private ReplayFormat _format = options.Format;

    /// <summary>Runs to the end of the file, or until cancelled. Throws <see cref="IOException"/> when the file cannot be read.</summary>
    /// <returns>An exit code: success when every line was taken.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        string? failure = null;
        try
        {
            var batches = new LineBatches(options.File, options.BatchLines, options.Follow, time);
            await foreach (var batch in batches.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                failure = await SendAsync(batch, cancellationToken).ConfigureAwait(false);
                if (failure is not null)
                {
                    break;
                }

                progress.Show(_totals, batch.Offset + batch.Bytes.Length, batch.FileLength);
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

        await output.WriteLineAsync(
            $"{_totals.Lines:N0} lines in {progress.Elapsed.TotalSeconds:N1} s: {_totals.Accepted:N0} accepted, {_totals.Duplicates:N0} duplicates, "
            + $"{_totals.Rejected:N0} rejected, {_totals.DeadLettered:N0} dead-lettered, {_totals.Retries:N0} retries").ConfigureAwait(false);
        var isStopped = cancellationToken.IsCancellationRequested && !options.Follow;
        return failure is null && _totals.Rejected == 0 && !isStopped ? ExitCodes.Success : ExitCodes.Failure;
    }

    // Null when the batch was dealt with, else why the replay cannot go on.
    private async Task<string?> SendAsync(LineBatch batch, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var key = KeyOf(batch);
        for (var pause = s_firstPause; ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            string trouble;
            TimeSpan? asked = null;
            try
            {
                using var response = await http.SendAsync(RequestOf(batch, key), cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    Count(batch, await response.Content.ReadFromJsonAsync(IngestJson.Default.IngestReply, cancellationToken).ConfigureAwait(false));
                    return null;
                }

                var (detail, reason) = await ProblemOf(response, cancellationToken).ConfigureAwait(false);
                if (reason == "bad_body")
                {
                    _totals.Lines += batch.Lines;
                    _totals.Rejected += batch.Lines;
                    progress.Say($"at byte {batch.Offset:N0}: {detail}");
                    return null;
                }

                trouble = $"{options.To} answered {(int)response.StatusCode}: {detail}";
                if (!IsWorthRepeating(response.StatusCode))
                {
                    return trouble;
                }

                asked = RetryAfter(response);
            }
            catch (HttpRequestException e)
            {
                trouble = $"{options.To} cannot be reached: {e.Message}";
            }
            catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                trouble = $"{options.To} did not answer in time";
            }

            var wait = asked ?? pause;
            if (time.GetElapsedTime(started) + wait > options.Patience)
            {
                return trouble;
            }

            _totals.Retries++;
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private HttpRequestMessage RequestOf(LineBatch batch, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, AddressOf()) { Content = new ReadOnlyMemoryContent(batch.Bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(FormatOf(batch) == ReplayFormat.Ndjson ? "application/x-ndjson" : "text/plain", "utf-8");
        request.Headers.Add("Idempotency-Key", key);
        if (options.ApiKey is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        }

        return request;
    }

    private Uri AddressOf()
    {
        var query = new StringBuilder();
        foreach (var (name, value) in new[] { ("service", options.Service), ("zone", options.Zone) })
        {
            if (value is not null)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        var door = options.To.AbsolutePath == "/" ? new Uri(options.To, "/api/ingest") : options.To;
        return new Uri(door, query.ToString());
    }

    // Decided once, by the first line that is not blank.
    private ReplayFormat FormatOf(LineBatch batch)
    {
        var start = batch.Bytes.Span.TrimStart("\uFEFF \t\r\n"u8);
        if (_format == ReplayFormat.Auto && !start.IsEmpty)
        {
            _format = start[0] == '{' ? ReplayFormat.Ndjson : ReplayFormat.Text;
        }

        return _format;
    }

    private string KeyOf(LineBatch batch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{options.Service}\n{options.Zone}\n{options.Format}\n{_run}\n"));
        hash.AppendData(batch.Bytes.Span);
        return $"replay:{Convert.ToHexStringLower(hash.GetHashAndReset())}@{batch.Offset}";
    }

    private void Count(LineBatch batch, IngestReply? reply)
    {
        _totals.Lines += batch.Lines;
        _totals.Accepted += reply?.Accepted ?? 0;
        _totals.Duplicates += reply?.Duplicates ?? 0;
        _totals.Rejected += reply?.Rejected ?? 0;
        _totals.DeadLettered += reply?.DeadLettered ?? 0;
    }

    private async Task KeepRateAsync(CancellationToken cancellationToken)
    {
        if (options.LinesPerSecond > 0 && TimeSpan.FromSeconds((double)_totals.Lines / options.LinesPerSecond) - progress.Elapsed is { Ticks: > 0 } early)
        {
            await Task.Delay(early, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    private static bool IsWorthRepeating(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout;

    private static async Task<(string Detail, string? Reason)> ProblemOf(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
            return (TextOf(problem.RootElement, "detail") ?? response.ReasonPhrase ?? "", TextOf(problem.RootElement, "reason"));
        }
        catch (JsonException)
        {
            return (response.ReasonPhrase ?? "", null);
        }
    }

    private static string? TextOf(JsonElement problem, string name) =>
        problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
