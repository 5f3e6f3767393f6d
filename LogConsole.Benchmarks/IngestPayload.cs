using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace LogConsole.Benchmarks;

/// <summary>NDJSON bodies as services send them: nine services, some twenty message shapes, seven attributes and a trace id each. Deterministic by seed.</summary>
internal static class IngestPayload
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffffff+00:00";
    private const int TimeLength = 33;
    private const int TimeOffset = 14; // behind {"timestamp":"

    private static readonly string[] s_services = ["web", "auth", "catalog", "cart", "checkout", "payment", "db", "cache", "queue"];
    private static readonly string[] s_regions = ["eu-west-1", "us-east-1", "ap-south-1"];
    private static readonly string[] s_levels = ["INFO", "INFO", "INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"];

    private static readonly Func<Random, string>[] s_messages =
    [
        r => $"GET /api/products/{r.Next(100_000)} 200 in {r.Next(1, 400)} ms",
        r => $"user {r.Next(1_000_000)} logged in from 10.{r.Next(256)}.{r.Next(256)}.{r.Next(256)}",
        r => $"order {Id(r)} created with {r.Next(1, 9)} items, total {r.Next(1, 500)}.{r.Next(10, 99)} EUR",
        r => $"cache miss for key product:{r.Next(100_000)}",
        r => $"payment {Id(r)} authorised by gateway in {r.Next(20, 900)} ms",
        r => $"connection pool size={r.Next(5, 50)} active={r.Next(50)} idle={r.Next(50)}",
        r => $"slow query took {r.Next(200, 4_000)} ms: SELECT * FROM orders WHERE user_id = {r.Next(1_000_000)}",
        r => $"job {r.Next(10_000)} finished after {r.Next(1, 60)} s",
        r => $"retrying request {Id(r)}, attempt {r.Next(2, 5)}",
        r => $"message {r.Next(1_000_000)} published to topic orders partition {r.Next(12)}",
        r => $"session {Id(r)} expired",
        r => $"inventory of sku {r.Next(100_000)} changed from {r.Next(100)} to {r.Next(100)}",
        r => $"token for user {r.Next(1_000_000)} refreshed",
        r => $"mail to user{r.Next(1_000_000)}@example.com queued",
        r => $"request {Id(r)} rejected: rate limit of {r.Next(10, 100)} per second exceeded",
        r => $"upstream timeout after {r.Next(1_000, 30_000)} ms calling http://inventory:8080/v1/stock/{r.Next(100_000)}",
        r => $"garbage collection paused {r.Next(1, 90)} ms, heap {r.Next(100, 900)} MB",
        r => $"feature flag checkout-v{r.Next(1, 4)} evaluated for tenant {r.Next(500)}",
        r => $"file /var/data/{Id(r)}.csv imported, {r.Next(1, 9_000)} rows",
        r => $"health check of node-{r.Next(40)} ok",
    ];

    /// <summary>One body with the given number of records whose timestamps run up to <paramref name="end"/>, one a millisecond.</summary>
    public static byte[] Make(int records, int seed, DateTimeOffset end)
    {
        var random = new Random(seed);
        var output = new ArrayBufferWriter<byte>(records * 420);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        for (var i = 0; i < records; i++)
        {
            json.WriteStartObject();
            json.WriteString("timestamp", end.AddMilliseconds(i - records).UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
            json.WriteString("level", s_levels[random.Next(s_levels.Length)]);
            json.WriteString("service", s_services[random.Next(s_services.Length)]);
            json.WriteString("message", s_messages[random.Next(s_messages.Length)](random));
            json.WriteString("trace_id", Id(random) + Id(random));
            json.WriteString("user_id", random.Next(1_000_000).ToString());
            json.WriteString("region", s_regions[random.Next(s_regions.Length)]);
            json.WriteString("version", $"1.{random.Next(4)}.{random.Next(20)}");
            json.WriteNumber("duration_ms", random.Next(1, 900));
            json.WriteNumber("status", 200 + (random.Next(4) * 100));
            json.WriteBoolean("retry", random.Next(10) == 0);
            json.WriteString("request_id", Id(random));
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            output.Write("\n"u8);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>The same body with other times: up to <paramref name="end"/>, one every <paramref name="step"/>.</summary>
    public static byte[] Stamped(byte[] body, DateTimeOffset end, TimeSpan step)
    {
        var stamped = body.AsSpan().ToArray();
        var at = end.UtcDateTime;
        for (var lineEnd = stamped.Length - 1; lineEnd > 0; at -= step)
        {
            var line = stamped.AsSpan(0, lineEnd).LastIndexOf((byte)'\n') + 1;
            at.TryFormat(stamped.AsSpan(line + TimeOffset, TimeLength), out _, TimeFormat, CultureInfo.InvariantCulture);
            lineEnd = line - 1;
        }

        return stamped;
    }

    private static string Id(Random random) => random.NextInt64(1L << 60, long.MaxValue).ToString("x16");
}
