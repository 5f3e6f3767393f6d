using System.Collections.Concurrent;

namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// What has been learned of the sources of a door, so that the next body of a source is read with what the last one told.
/// Bounded: at <see cref="Capacity"/> sources another is forgotten for a newcomer. Thread-safe: readers get a copy, the last writer wins.
/// </summary>
internal sealed class FormatMemory
{
    public const int Capacity = 1024;

    private readonly ConcurrentDictionary<(string? Owner, string? Service), LineRecogniser> _known = new();

    /// <summary>A recogniser of one's own with what is known of the source.</summary>
    public LineRecogniser Recall(string? owner, string? service) => _known.TryGetValue((owner, service), out var known) ? known.Copy() : new LineRecogniser();

    /// <summary>Keeps what a recogniser has learned; it must not be used afterwards.</summary>
    public void Keep(string? owner, string? service, LineRecogniser recogniser)
    {
        if (_known.Count >= Capacity && !_known.ContainsKey((owner, service)))
        {
            foreach (var (other, _) in _known)
            {
                _known.TryRemove(other, out _);
                break;
            }
        }

        _known[(owner, service)] = recogniser;
    }
}
