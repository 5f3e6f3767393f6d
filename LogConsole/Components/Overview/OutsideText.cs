using LogConsole.Overview;

namespace LogConsole.Components.Overview;

/// <summary>What can honestly be said about records that happened outside the range they were received in.</summary>
internal static class OutsideText
{
    /// <summary>True when most of them happened after they arrived. Old times prove nothing: they also come from files being loaded and senders that were cut off.</summary>
    public static bool BlamesClocks(OutsideRange outside) => outside.Future * 2 > outside.Count;

    /// <summary>What is to be added about those that lie elsewhere; empty when there are none.</summary>
    public static string Strays(OutsideRange outside) =>
        outside.Strays == 0 ? "" : $"; {Format.Count(outside.Strays)} of them elsewhere, before 1980 or more than an hour ahead";

    /// <summary>A sentence about the cause, or null where none is known.</summary>
    public static string? Cause(OutsideRange outside) => outside switch
    {
        _ when !BlamesClocks(outside) => null,
        { Count: 1 } => "It carries a time after its arrival: the clock of its sender is ahead.",
        _ when outside.Future == outside.Count => "All carry times after their arrival: the clocks of their senders are ahead.",
        _ => $"{Format.Count(outside.Future)} carry times after their arrival: the clocks of their senders are ahead.",
    };
}
