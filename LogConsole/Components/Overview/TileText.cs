using LogConsole.Overview;

namespace LogConsole.Components.Overview;

/// <summary>How the five numbers and their changes read.</summary>
internal static class TileText
{
    private static readonly string s_same = "same as before";

    /// <summary>Compared in percent; where there was nothing before, in words.</summary>
    public static string? Relative(NumberOverTime number, Func<double, string> write) => number switch
    {
        { Value: null } or { Previous: null } => null,
        { Value: { } value, Previous: { } previous } when value == previous => s_same,
        { Previous: 0 } => $"before: {write(0)}",
        { Value: { } value, Previous: { } previous } => $"{Format.RelativeChange(value, previous)}, before: {write(previous)}",
    };

    /// <summary>Compared in percentage points.</summary>
    public static string? Points(NumberOverTime share) => share switch
    {
        { Value: { } value, Previous: { } previous } => $"before: {Format.Share(previous)}" + (value == previous ? "" : $" ({PointsText(value - previous)})"),
        _ => null,
    };

    /// <summary>Only says what it was.</summary>
    public static string? Before(NumberOverTime number, Func<double, string> write) =>
        number is { Value: not null, Previous: { } previous } ? $"before: {write(previous)}" : null;

    /// <summary>Storage: how much it grew, and how far it is from the limit.</summary>
    public static string? Storage(NumberOverTime bytes, long? limit)
    {
        var growth = bytes is { Value: { } value, Previous: { } previous } ? Format.Signed(value - previous, Format.Bytes) : null;
        var share = limit is > 0 && bytes.Value is { } used ? $"of {Format.Bytes(limit.Value)}" : null;
        return (share, growth) switch
        {
            (null, _) => growth,
            (_, null) => share,
            _ => $"{share}, {growth}",
        };
    }

    private static string PointsText(double difference) =>
        Format.Signed(difference, static x => (x * 100).ToString(x < 0.001 ? "0.00" : "0.0") + "\u202Fpp");
}
