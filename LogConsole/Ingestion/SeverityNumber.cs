namespace LogConsole.Ingestion;

/// <summary>OpenTelemetry severity numbers: the first of each band of four, 1–24, and 0 for unspecified.</summary>
/// <remarks>https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber</remarks>
public static class SeverityNumber
{
    public const byte Unspecified = 0;
    public const byte Trace = 1;
    public const byte Debug = 5;
    public const byte Info = 9;
    public const byte Warn = 13;
    public const byte Error = 17;
    public const byte Fatal = 21;
    public const byte Max = 24;
}
