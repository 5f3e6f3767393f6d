using LogConsole.Overview;

namespace LogConsole.Components.Overview;

/// <summary>How the five numbers and their changes read.</summary>
internal static class TileText
{
    private const string Same = "same as before";

    /// <summary>What stands where there is nothing to compare with: of the equally long stretch before, too little is known, or there was no record to share.</summary>
    public const string NothingBefore = "nothing to compare with";

    /// <summary>Compared in percent; where there was nothing before, in words.</summary>
    /// <param name="unknown">Said when it is not known what is or what was before.</param>
    public static string Relative(NumberOverTime number, Func<double, string> write, string unknown = NothingBefore) => number switch
    {
        { Value: null } or { Previous: null } => unknown,
        { Value: { } value, Previous: { } previous } when write(value) == write(previous) => Same,
        { Previous: 0 } => $"before: {write(0)}",
        { Value: { } value, Previous: { } previous } => $"{Format.RelativeChange(value, previous)}, before: {write(previous)}",
    };

    /// <summary>Compared in percentage points.</summary>
    public static string Points(NumberOverTime share) => share switch
    {
        { Value: null } => "no records",
        { Previous: null } => NothingBefore,
        { Value: { } value, Previous: { } previous } when Format.Share(value) == Format.Share(previous) => Same,
        { Value: { } value, Previous: { } previous } => $"{PointsText(value - previous)}, before: {Format.Share(previous)}",
    };

    /// <summary>Compared by what was added or taken away.</summary>
    /// <param name="unknown">Said when it is not known what is or what was before.</param>
    public static string Difference(NumberOverTime number, Func<double, string> write, string unknown = NothingBefore) => number switch
    {
        { Value: null } or { Previous: null } => unknown,
        { Value: { } value, Previous: { } previous } when write(value) == write(previous) => Same,
        { Value: { } value, Previous: { } previous } => $"{Format.Signed(value - previous, write)}, before: {write(previous)}",
    };

    /// <summary>A count that goes up and down, compared with the beginning of the range.</summary>
    public static string Since(NumberOverTime number) => number switch
    {
        { Value: null } or { Previous: null } => NothingBefore,
        { Value: { } value, Previous: { } previous } when value == previous => "as at the beginning",
        { Value: { } value, Previous: { } previous } => $"{Format.Signed(value - previous, Format.Count)}, at the beginning: {Format.Count(previous)}",
    };

    private static string PointsText(double difference) =>
        Format.Signed(difference, static x => (x * 100).ToString(x < 0.001 ? "0.00" : "0.0") + "\u202Fpp");
}
