using System.Text.Json;

namespace LogConsole.Benchmarks.Viewers;

/// <summary>Adds up what one viewer's chart shows, buckets that have left the screen included. Fed by the viewer's loop, read from any thread.</summary>
internal sealed class ChartTotals
{
    private const int FirstCount = 2; // behind the bucket's start and whether it is provisional

    private readonly Dictionary<long, long> _buckets = [];
    private long _total;

    /// <summary>Records in the chart.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>Takes a frame.</summary>
    public void Take(bool isChart, ReadOnlySpan<byte> json)
    {
        if (!isChart)
        {
            return;
        }

        var reader = new Utf8JsonReader(json);
        using var arguments = JsonDocument.ParseValue(ref reader);
        var frame = arguments.RootElement[0];
        if (frame.GetProperty("reset").GetBoolean())
        {
            var from = frame.GetProperty("from").GetInt64();
            foreach (var start in _buckets.Keys.Where(start => start >= from).ToList())
            {
                _buckets.Remove(start);
            }
        }

        foreach (var bucket in frame.GetProperty("buckets").EnumerateArray())
        {
            _buckets[bucket[0].GetInt64()] = bucket.EnumerateArray().Skip(FirstCount).Sum(count => count.GetInt64());
        }

        Interlocked.Exchange(ref _total, _buckets.Values.Sum());
    }
}
