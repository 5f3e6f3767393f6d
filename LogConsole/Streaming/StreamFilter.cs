using System.Globalization;
using LogConsole.Ingestion;
using LogConsole.Logs;

namespace LogConsole.Streaming;

/// <summary>Which lines a viewer of the Stream wants, apart from their time. Equal filters share one watch. Immutable; comes from the URL, so anything may be in it.</summary>
public sealed record StreamFilter
{
    private const int AllBands = (1 << SeverityBands.Count) - 1;
    private readonly int _bands = AllBands;

    /// <summary>Only this service, or null for all.</summary>
    public string? Service { get; init; }

    /// <summary>None of these services.</summary>
    public IReadOnlyList<string> NotServices { get; init; } = [];

    /// <summary>The severity bands wanted: bit n stands for the band n. No band at all is every band.</summary>
    public int Bands
    {
        get => _bands;
        init => _bands = (value & AllBands) == 0 ? AllBands : value & AllBands;
    }

    /// <summary>Plain text the message must contain, ignoring case; null for all.</summary>
    public string? Text { get; init; }

    /// <summary>Only lines of this template; null for all.</summary>
    public int? TemplateId { get; init; }

    /// <summary>No lines of these templates.</summary>
    public IReadOnlyList<int> NotTemplateIds { get; init; } = [];

    /// <summary>Only lines of this trace; empty for all.</summary>
    public TraceId TraceId { get; init; }

    /// <summary>Only messages of this kind; null for all.</summary>
    public MessageKind? Kind { get; init; }

    /// <summary>Whether every severity is wanted.</summary>
    public bool HasAllBands => _bands == AllBands;

    /// <summary>Whether there is a condition that the volume by severity and service does not tell apart.</summary>
    public bool IsBeyondVolume => Text is not null || TemplateId is not null || NotTemplateIds.Count != 0 || NotServices.Count != 0 || !TraceId.IsEmpty || Kind is not null;

    /// <summary>Whether anything but the service is asked for.</summary>
    public bool IsEmpty => HasAllBands && !IsBeyondVolume;

    /// <summary>Whether a severity is wanted.</summary>
    public bool Has(SeverityBand band) => (_bands & (1 << (int)band)) != 0;

    /// <summary>The bit of a band and of every band above it.</summary>
    public static int AtLeast(SeverityBand band) => AllBands & ~((1 << (int)band) - 1);

    /// <inheritdoc/>
    public bool Equals(StreamFilter? other) => other is not null && Key == other.Key;

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    // Lists have no value equality; U+001F and U+001E separate what a URL could hold.
    private string Key => string.Join('\u001F', Service, string.Join('\u001E', NotServices), _bands.ToString(CultureInfo.InvariantCulture), Text,
        TemplateId?.ToString(CultureInfo.InvariantCulture), string.Join('\u001E', NotTemplateIds), TraceId.ToString(), Kind?.ToString());
}
