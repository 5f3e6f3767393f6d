using System.Buffers;
using System.Text;

namespace LogConsole.Ingestion.Formats;

/// <summary>What a top-level field of a JSON record can mean.</summary>
internal enum FieldKind : byte
{
    None,
    Time,
    Level,
    SeverityNumber,
    SyslogSeverity,
    Body,
    Service,
    Host,
    TraceId,
    SpanId,
    Attributes,
    Resource,
    Scope,
    ClefTemplate,
    ClefException,
    ClefEventId,
    ClefRenderings,
    Flags,
    Stream,
    Component,
    ProcessId,
}

/// <summary>A meaning, and among the names with the same meaning which one wins: the lowest rank.</summary>
internal readonly record struct FieldName(FieldKind Kind, byte Rank);

/// <summary>
/// The field names of OpenTelemetry, CLEF, ECS, systemd's journal, Windows events, Google Cloud, MongoDB and plain JSON, ASCII case ignored.
/// Where a record carries several names of one meaning the first in the order below is taken and the others stay attributes, so nothing is lost:
/// <code>
/// time      ts, time, timestamp, @timestamp, @t, timeUnixNano, observedTimeUnixNano, date, datetime,
///           __REALTIME_TIMESTAMP, eventTime, TimeCreated, stageTimestamp, requestReceivedTimestamp, t
/// level     LevelDisplayName, level, severity, severityText, severity_text, @l, log.level, lvl, loglevel; s of MongoDB
///           number: severityNumber, severity_number     syslog's number: syslog.severity, PRIORITY of the journal
/// body      msg, message, body, @m, log, text, event, textPayload, jsonPayload.message, jsonPayload.msg
/// service   service, app, service.name, service_name, application, SYSLOG_IDENTIFIER, _SYSTEMD_UNIT
/// host      host, hostname, host.name, _HOSTNAME
/// trace     trace_id, traceId, trace.id, @tr       span: span_id, spanId, span.id, @sp
/// </code>
/// </summary>
internal static class FieldNames
{
    /// <summary>How many kinds there are; arrays indexed by kind have this length.</summary>
    public const int KindCount = (int)FieldKind.ProcessId + 1;

    /// <summary>Where <see cref="LogRecordJson"/> keeps what was done to a record; read only from our own store.</summary>
    public const string Flags = "logconsole.flags";

    /// <summary>The rank of <c>@t</c> among the times.</summary>
    public const byte ClefTime = 4;

    /// <summary>The rank of <c>timeUnixNano</c> among the times.</summary>
    public const byte OpenTelemetryTime = 5;

    /// <summary>The rank of <c>observedTimeUnixNano</c> among the times.</summary>
    public const byte OpenTelemetryObservedTime = 6;

    /// <summary>The rank of <c>@m</c> among the bodies.</summary>
    public const byte ClefMessage = 3;

    /// <summary>From this rank on a body name counts only when its value is a string: ECS has objects called <c>log</c> and <c>event</c>.</summary>
    public const byte BodyLog = 4;

    /// <summary>The rank of the journal's time: its record's <c>PRIORITY</c> is a severity.</summary>
    public const byte JournalTime = 9;

    /// <summary>The rank of <c>t</c> among the times; one that is an object is MongoDB's, whose record has its level in <c>s</c> and its component in <c>c</c>.</summary>
    public const byte LetterTime = 14;

    /// <summary>The rank of <c>level</c>, a name that others than loggers use as well.</summary>
    public const byte PlainLevel = 1;

    /// <summary>The rank of <c>severity</c>.</summary>
    public const byte SeverityLevel = 2;

    /// <summary>The rank of <c>s</c> among the levels.</summary>
    public const byte LetterLevel = 9;

    /// <summary>The rank of <c>PRIORITY</c> among syslog's severities.</summary>
    public const byte JournalPriority = 4;

    private const int Longest = 32;

    /// <summary>The meaning of a name, <see cref="FieldKind.None"/> for an ordinary attribute.</summary>
    public static FieldName Classify(ReadOnlySpan<byte> name)
    {
        Span<char> lower = stackalloc char[Longest];
        if (name.Length is 0 or > Longest || Ascii.ToLower(name, lower, out var length) != OperationStatus.Done)
        {
            return default;
        }

        return (ReadOnlySpan<char>)lower[..length] switch
        {
            "ts" => new(FieldKind.Time, 0),
            "time" => new(FieldKind.Time, 1),
            "timestamp" => new(FieldKind.Time, 2),
            "@timestamp" => new(FieldKind.Time, 3),
            "@t" => new(FieldKind.Time, ClefTime),
            "timeunixnano" => new(FieldKind.Time, OpenTelemetryTime),
            "observedtimeunixnano" => new(FieldKind.Time, OpenTelemetryObservedTime),
            "date" => new(FieldKind.Time, 7),
            "datetime" => new(FieldKind.Time, 8),
            "__realtime_timestamp" => new(FieldKind.Time, JournalTime),
            "eventtime" => new(FieldKind.Time, 10),
            "timecreated" => new(FieldKind.Time, 11),
            "stagetimestamp" => new(FieldKind.Time, 12),
            "requestreceivedtimestamp" => new(FieldKind.Time, 13),
            "t" => new(FieldKind.Time, LetterTime),
            "leveldisplayname" => new(FieldKind.Level, 0),
            "level" => new(FieldKind.Level, PlainLevel),
            "severity" => new(FieldKind.Level, SeverityLevel),
            "severitytext" => new(FieldKind.Level, 3),
            "severity_text" => new(FieldKind.Level, 4),
            "@l" => new(FieldKind.Level, 5),
            "log.level" => new(FieldKind.Level, 6),
            "lvl" => new(FieldKind.Level, 7),
            "loglevel" => new(FieldKind.Level, 8),
            "s" => new(FieldKind.Level, LetterLevel),
            "severitynumber" => new(FieldKind.SeverityNumber, 0),
            "severity_number" => new(FieldKind.SeverityNumber, 1),
            "syslog.severity" => new(FieldKind.SyslogSeverity, 0),
            "syslog_severity" => new(FieldKind.SyslogSeverity, 1),
            "syslog.severity.code" => new(FieldKind.SyslogSeverity, 2),
            "log.syslog.severity.code" => new(FieldKind.SyslogSeverity, 3),
            "priority" => new(FieldKind.SyslogSeverity, JournalPriority),
            "msg" => new(FieldKind.Body, 0),
            "message" => new(FieldKind.Body, 1),
            "body" => new(FieldKind.Body, 2),
            "@m" => new(FieldKind.Body, ClefMessage),
            "log" => new(FieldKind.Body, BodyLog),
            "text" => new(FieldKind.Body, 5),
            "event" => new(FieldKind.Body, 6),
            "textpayload" => new(FieldKind.Body, 7),
            "jsonpayload.message" => new(FieldKind.Body, 8),
            "jsonpayload.msg" => new(FieldKind.Body, 9),
            "service" => new(FieldKind.Service, 0),
            "app" => new(FieldKind.Service, 1),
            "service.name" => new(FieldKind.Service, 2),
            "service_name" => new(FieldKind.Service, 3),
            "application" => new(FieldKind.Service, 4),
            "syslog_identifier" => new(FieldKind.Service, 5),
            "_systemd_unit" => new(FieldKind.Service, 6),
            "host" => new(FieldKind.Host, 0),
            "hostname" => new(FieldKind.Host, 1),
            "host.name" => new(FieldKind.Host, 2),
            "_hostname" => new(FieldKind.Host, 3),
            "trace_id" => new(FieldKind.TraceId, 0),
            "traceid" => new(FieldKind.TraceId, 1),
            "trace.id" => new(FieldKind.TraceId, 2),
            "@tr" => new(FieldKind.TraceId, 3),
            "span_id" => new(FieldKind.SpanId, 0),
            "spanid" => new(FieldKind.SpanId, 1),
            "span.id" => new(FieldKind.SpanId, 2),
            "@sp" => new(FieldKind.SpanId, 3),
            "attributes" => new(FieldKind.Attributes, 0),
            "resource" => new(FieldKind.Resource, 0),
            "scope" => new(FieldKind.Scope, 0),
            "@mt" => new(FieldKind.ClefTemplate, 0),
            "@x" => new(FieldKind.ClefException, 0),
            "@i" => new(FieldKind.ClefEventId, 0),
            "@r" => new(FieldKind.ClefRenderings, 0),
            "stream" => new(FieldKind.Stream, 0),
            "c" => new(FieldKind.Component, 0),
            "_pid" => new(FieldKind.ProcessId, 0),
            Flags => new(FieldKind.Flags, 0),
            _ => default,
        };
    }

    /// <summary>
    /// ECS nests what others write with a dot, and Google Cloud puts a program's own object into <c>jsonPayload</c>: the members of these objects
    /// count as <c>root.member</c>, also as attributes.
    /// </summary>
    public static bool IsNestedRoot(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("log"u8) || name.SequenceEqual("service"u8) || name.SequenceEqual("host"u8)
        || name.SequenceEqual("trace"u8) || name.SequenceEqual("span"u8) || name.SequenceEqual("jsonPayload"u8);

    /// <summary>The meaning of a member of a nested root, as if it were written <c>root.member</c>.</summary>
    public static FieldName ClassifyNested(ReadOnlySpan<byte> root, ReadOnlySpan<byte> member)
    {
        Span<byte> joined = stackalloc byte[Longest];
        if (root.Length + 1 + member.Length > Longest)
        {
            return default;
        }

        root.CopyTo(joined);
        joined[root.Length] = (byte)'.';
        member.CopyTo(joined[(root.Length + 1)..]);
        return Classify(joined[..(root.Length + 1 + member.Length)]);
    }
}
