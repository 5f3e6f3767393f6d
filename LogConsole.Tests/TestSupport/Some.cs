using System.Text;
using LogConsole.Ingestion;

namespace LogConsole.Tests.TestSupport;

/// <summary>Builders of plain test data.</summary>
internal static partial class Some
{
    /// <summary>2026-11-20 10:00:00 UTC: the start of a window.</summary>
    public static readonly DateTimeOffset Time = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    public static LogRecord LogRecord(
        string body = "hello", string service = "shop", byte severity = SeverityNumber.Info, DateTimeOffset? at = null, DateTimeOffset? arrived = null,
        string? attributes = null, int line = 1, LogRecordFlags flags = LogRecordFlags.None, TraceId traceId = default, SharedJson? resource = null) => new()
        {
            Timestamp = LogTimestamp.From(at ?? Time),
            ObservedTimestamp = LogTimestamp.From(arrived ?? at ?? Time),
            Service = service,
            SeverityNumber = severity,
            Body = Encoding.UTF8.GetBytes(body),
            Attributes = attributes is null ? default : Encoding.UTF8.GetBytes(attributes),
            Line = line,
            Flags = flags,
            TraceId = traceId,
            Resource = resource,
        };

    public static Delivery Delivery(params LogRecord[] records) => DeliveryOf("test", records);

    public static Delivery DeliveryOf(string source, IReadOnlyList<LogRecord> records, RequestIdentity? identity = null, CheckpointMove? checkpoint = null) => new()
    {
        Source = source,
        Records = records,
        SizeBytes = records.Sum(record => record.Body.Length + record.Attributes.Length),
        Identity = identity,
        Checkpoint = checkpoint,
    };

    public static RequestIdentity Identity(string key, string owner = "test", TimeSpan? lifetime = null) =>
        new(owner, key, new byte[32], lifetime ?? TimeSpan.FromHours(24));
}
