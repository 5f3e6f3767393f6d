using System.Collections.ObjectModel;
using LogConsole.Logs;
using LogConsole.Overview;
using LogConsole.Pipeline;

namespace LogConsole.Tests.TestSupport;

internal static partial class Some
{
    private static readonly ReadOnlyDictionary<string, long> s_nothing = ReadOnlyDictionary<string, long>.Empty;

    /// <summary>A healthy console that has seen some work.</summary>
    public static SystemSnapshot SystemState() => new()
    {
        At = Now,
        Status = new ConsoleStatus { Database = Ready, ReceivedPerSecond = 4_210, LagSeconds = 0.21, Late = 3 },
        Pipeline = new PipelineStats(PipelineCondition.Running, null, 1_284_310, 420, 2, 3, 5_120, 1, 5_120, Now.AddSeconds(-1), 1_240, 480_000, 0, 0.34) { LastBatchSeconds = 0.042 },
        Queue = new QueueCapacity(500_000, 256L << 20),
        Batches = new BatchRate(9.4, 448),
        Sources =
        [
            Source("file", true),
            Source("file:/var/log/nginx/access.log", false),
            Source("http", true) with { Duplicates = 420, Rejected = new Dictionary<string, long> { ["not_json"] = 12 }, RefusedRequests = new Dictionary<string, long> { ["too_large"] = 2 } },
            Source("http:shipper", false) with { DeadLettered = 2 },
            Source("simulator", true) with { LastSeen = null, NewestEvent = null },
        ],
        Limits = new LogsOptions(),
        DiskFreePercent = 41.7,
        Versions = new SystemVersions("1.0.0", ".NET 10.0.0", "Debian GNU/Linux 13", "node-1/4711", Now.AddHours(-5)),
        Stored = new SystemDatabase(
            Now,
            Now,
            new DatabaseFacts("the embedded PostgreSQL", true, "17.5", 3_410_000_000, Now.AddHours(-5), 12, 100),
            [new DatabaseExtension("plpgsql", "1.0", "1.0"), new DatabaseExtension("pg_trgm", "1.6", null), new DatabaseExtension("btree_gin", "1.3", null)],
            [new SystemJob("anomaly detection", "node-1/4711", true, Now.AddHours(-5)), new SystemJob("housekeeping", "node-1/4711", false, Now.AddHours(-5))],
            [new SystemWriter(0, true, true, 5_120), new SystemWriter(1, false, false, 88)],
            new RetentionFigures(4, 6_200_000, 3_100_000_000, Now.AddDays(-3), new NextDrop("logs_1", 2_000_000, 900_000_000, Now.AddDays(4))),
            0),
    };

    /// <summary>A source seen two seconds ago, 1.5 s behind.</summary>
    public static SystemSource Source(string name, bool isDoor) =>
        new(name, isDoor, 642_000, 641_568, 0, 0, s_nothing, s_nothing, Now.AddSeconds(-2), Now.AddSeconds(-3.5));

    /// <summary>An open dead letter.</summary>
    public static DeadLetterLine Letter(long id, string reason = "22P05: unsupported Unicode escape sequence", string source = "http:shipper", string service = "payments") =>
        new(id, source, 3, reason, service, false, Now.AddMinutes(-id), null);
}
