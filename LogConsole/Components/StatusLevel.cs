namespace LogConsole.Components;

/// <summary>How much attention something asks for.</summary>
public enum StatusLevel
{
    Calm,
    Warn,
    Bad,
}

internal static class StatusLevels
{
    /// <summary>The value of <c>data-level</c>; null when calm, so that the attribute is absent.</summary>
    public static string? ToAttribute(this StatusLevel level) => level switch
    {
        StatusLevel.Warn => "warn",
        StatusLevel.Bad => "bad",
        _ => null,
    };

    /// <summary>Seconds records may wait to be stored: from 5 s on it is worth a look, from 30 s on the page shows the past.</summary>
    public static StatusLevel OfLag(double? seconds) => seconds switch
    {
        >= 30 => StatusLevel.Bad,
        >= 5 => StatusLevel.Warn,
        _ => StatusLevel.Calm,
    };
}
