using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace LogConsole.Benchmarks.Viewers;

/// <summary>Single records of a service of their own, and when each came to whom who watches that service.</summary>
internal sealed class ProbeTimes
{
    private const string Service = "probe";

    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(313); // in step with nothing

    private readonly ConcurrentDictionary<int, long> _accepted = new();
    private readonly ConcurrentBag<(int Probe, long At)> _seen = [];
    private int _last;

    /// <summary>The page that shows them.</summary>
    public static string Path => $"?service={Service}";

    /// <summary>How many were accepted.</summary>
    public int Sent => _accepted.Count;

    /// <summary>How many were seen; one counts once a watcher.</summary>
    public int Seen => _seen.Count;

    /// <summary>From a probe's acknowledgement to the frame that holds it, milliseconds; a frame that was faster than the answer was not late.</summary>
    public IReadOnlyList<double> DelaysMs =>
        [.. _seen.Where(one => _accepted.ContainsKey(one.Probe)).Select(one => Math.Max(0, Stopwatch.GetElapsedTime(_accepted[one.Probe], one.At).TotalMilliseconds))];

    /// <summary>Sends one after the other until cancelled.</summary>
    public async Task SendAsync(HttpClient client, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await SendOneAsync(client);
            await Task.Delay(s_between, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Sends one.</summary>
    public async Task SendOneAsync(HttpClient client)
    {
        var number = ++_last;
        await Senders.PostAsync(client, Encoding.UTF8.GetBytes($$"""{"service":"{{Service}}","level":"INFO","message":"probe {{number}} here"}"""));
        _accepted[number] = Stopwatch.GetTimestamp();
    }

    /// <summary>Somebody who watches: counts each probe when it is new to them.</summary>
    /// <param name="after">Probes up to this one were there before.</param>
    public FrameSeen Watcher(int after)
    {
        var newest = after;
        return (isChart, json) =>
        {
            if (isChart)
            {
                return;
            }

            var (now, top) = (Stopwatch.GetTimestamp(), newest);
            for (var at = json.IndexOf("probe "u8); at >= 0; at = json.IndexOf("probe "u8))
            {
                json = json[(at + 6)..];
                if (Utf8Parser.TryParse(json, out int number, out _) && number > newest)
                {
                    _seen.Add((number, now));
                    top = Math.Max(top, number);
                }
            }

            newest = top;
        };
    }
}
