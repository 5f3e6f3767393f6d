using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Storage;

namespace LogConsole.Tests.TestSupport;

/// <summary>Builders of plausible values; the overview's part. Deterministic.</summary>
internal static partial class Some
{
    /// <summary>The moment overview builders call now.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 14, 10, 30, 4, TimeSpan.Zero);

    private static readonly string[] s_services = ["checkout", "cart", "catalog", "payments", "identity", "shipping"];

    private static readonly (byte Severity, string Text)[] s_texts =
    [
        (SeverityNumber.Info, "GET /api/cart/8812 200 in 14 ms"),
        (SeverityNumber.Info, "Order 5b1e-77 accepted, 3 items, 84.20 EUR"),
        (SeverityNumber.Debug, "cache hit for product:40192 (ttl 118 s)"),
        (SeverityNumber.Info, "POST /api/checkout 201 in 212 ms trace=4bf92f3577b34da6"),
        (SeverityNumber.Warn, "Retry 2 of 5 for payment provider after 503, waiting 800 ms"),
        (SeverityNumber.Info, "user 91822 signed in from 10.2.0.14"),
        (SeverityNumber.Error, "Npgsql.PostgresException: 57014: canceling statement due to statement timeout at Shop.Orders.SaveAsync in OrderStore.cs:118"),
        (SeverityNumber.Info, "shipment 7712 handed to carrier DHL, label printed"),
        (SeverityNumber.Info, "GET /healthz 200 in 1 ms"),
        (SeverityNumber.Fatal, "Out of memory: killed process 4117 (java) total-vm:8123456kB"),
    ];

    public static DatabaseStatus Ready { get; } = new(DatabaseCondition.Ready, Now.AddHours(-2), null);

    public static DatabaseStatus Away { get; } = new(DatabaseCondition.Away, Now.AddSeconds(-40), "connection refused on its socket");

    public static ConsoleStatus Status() => new()
    {
        Database = Ready,
        ReceivedPerSecond = 10_412,
        LagSeconds = 0.2,
        Services = [.. s_services.Order(StringComparer.Ordinal)],
    };

    public static OverviewSnapshot Overview() => new()
    {
        Database = Ready,
        ReadAt = Now,
        Chart = Chart(TimeSpan.FromMinutes(15)),
        Numbers = Numbers(),
        Lines = new OverviewLines([.. Enumerable.Range(0, 40).Select(i => Line(1_000 - i))], 9_870, 500),
    };

    /// <summary>A calm stream with a burst of errors two thirds into the range.</summary>
    public static OverviewChart Chart(TimeSpan length, double scale = 1)
    {
        var width = BucketWidth.For(length);
        var from = BucketWidth.Floor(Now - length, width);
        var slots = (int)((Now - from) / width) + 1;
        return new OverviewChart(from, Now, width, [.. Enumerable.Range(0, slots).Select(i => Bucket(from + (i * width), i / (double)slots, i == slots - 1, scale))]);
    }

    public static OverviewBucket Bucket(DateTimeOffset start, double at, bool provisional, double scale)
    {
        var burst = at is > 0.62 and < 0.74 ? 1 : 0;
        var wave = (1 + (0.18 * Math.Sin(at * 9)) + (0.07 * Math.Sin(at * 61))) * scale * (provisional ? 0.4 : 1);
        long[] counts =
        [
            0, 0, (long)(14_000 * wave), (long)(82_000 * wave), (long)(5_400 * wave * (1 + (2.4 * burst))),
            (long)(640 * wave * (1 + (19 * burst))), (long)(12 * wave * (1 + (30 * burst))),
        ];
        return new OverviewBucket(start, counts, provisional);
    }

    public static OverviewNumbers Numbers() => new()
    {
        EventsPerSecond = new NumberOverTime(10_214, 9_120, Spark(i => 9_800 + (900 * Math.Sin(i / 4.0)))),
        ErrorShare = new NumberOverTime(0.0187, 0.0063, Spark(i => i is > 37 and < 45 ? 0.09 + (0.01 * (i % 3)) : 0.006 + (0.001 * (i % 4)))),
        NewPatterns = new NumberOverTime(3, 1, Spark(i => i is 12 or 38 or 39 ? 1 : 0)),
        Patterns = 418,
        IngestLagSeconds = new NumberOverTime(0.21, 0.19, Spark(i => 0.18 + (0.04 * (i % 5)))),
        OpenIncidents = new NumberOverTime(2, 1, Spark(i => i < 38 ? 1 : 2)),
    };

    public static OverviewLine Line(long id, string? body = null, byte? severity = null)
    {
        var (number, text) = s_texts[(int)(id * 7 % s_texts.Length)];
        return new OverviewLine(
            id, Now.AddMilliseconds((id - 1_000) * 137), severity ?? number, s_services[(int)(id * 5 % s_services.Length)], body ?? text, false, LogRecordFlags.None);
    }

    /// <summary>Everything about a line of <see cref="Line"/>: as a store would give it back.</summary>
    public static LineDetails LineDetails(OverviewLine line) => new(
        new LogRow
        {
            Id = line.Id,
            Timestamp = LogTimestamp.From(line.Timestamp) with { Nanoseconds = 789 },
            ObservedTimestamp = line.Timestamp.AddMilliseconds(40),
            SeverityNumber = line.SeverityNumber,
            SeverityText = "INFO",
            ServiceId = 1,
            SourceId = 1,
            Host = "node-3",
            Body = line.Body,
            TemplateId = 12,
            TraceId = new TraceId(0x4bf92f3577b34da6, 0xa3ce929d0e0e4736),
            SpanId = 0x00f067aa0ba902b7,
            Flags = line.Flags,
        },
        line.Service, "http", "GET /api/cart/<*> 200 in <*> ms");

    private static IReadOnlyList<double?> Spark(Func<int, double> at) => [.. Enumerable.Range(0, 60).Select(i => (double?)at(i))];
}
