namespace LogConsole.Logs;

/// <summary>The columns of the table <c>logs</c>, in the order rows are copied and read.</summary>
internal static class LogColumns
{
    /// <summary>The list for COPY and SELECT.</summary>
    public const string List =
        "id, ts, observed, trace_id, span_id, resource_id, scope_id, service_id, template_id, source_id, " +
        "ts_nanos, severity, flags, severity_text, host, body, attributes";

    /// <summary>How many there are.</summary>
    public const short Count = 17;
}
