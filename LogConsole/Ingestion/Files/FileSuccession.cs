using System.Collections.Concurrent;

namespace LogConsole.Ingestion.Files;

/// <summary>What to do with a file that is not being read yet.</summary>
/// <param name="Predecessor">The file whose content it continues, null for a file of its own.</param>
/// <param name="MustWait">It is a copy of a file that still stands: reading both would double every line.</param>
internal readonly record struct Succession(FileCheckpoint? Predecessor, bool MustWait);

/// <summary>
/// Tells a new log file from one that was read under another name. A renamed file keeps its inode and needs no help; a copy (copytruncate) or a compressed
/// one has another, but begins with exactly what was read, stands beside its original and is named alike. The original's place is never a copy's.
/// </summary>
internal sealed class FileSuccession(IEnumerable<FileCheckpoint> stored, FileCheckpoints checkpoints, TimeProvider time)
{
    // A file shorter than what was read of its original may be a copy that is being written.
    private static readonly TimeSpan s_copying = TimeSpan.FromSeconds(10);

    // No checkpoint has such a name.
    private const string OrphanMark = "#before";

    private readonly ConcurrentDictionary<string, FilePosition> _positions = new(
        stored.Where(checkpoint => checkpoint.Position is not null).Select(checkpoint => KeyValuePair.Create(checkpoint.Source, checkpoint.Position!)), StringComparer.Ordinal);

    private readonly Dictionary<FileIdentity, long> _waiting = []; // first seen; entries leave when they are decided

    public void Moved(string source, FilePosition position) => _positions[source] = position;

    public void Claimed(FileClaim claim, FileCheckpoint? predecessor, FilePosition position)
    {
        if (predecessor is not null)
        {
            _positions.TryRemove(predecessor.Source, out _);
        }

        _positions[claim.Source] = position;
    }

    /// <summary>The file is no longer read; its position is remembered, it may come back compressed.</summary>
    public void Closed(TailedFile file) => _positions[file.Claim.Source] = file.Position;

    /// <summary>The file is about to be read from its beginning; what was read of it may live on in a copy.</summary>
    public void Truncated(TailedFile file) => Orphan(file.Claim.Source, file.Position);

    /// <summary>Whose content a file continues.</summary>
    public async Task<Succession> DecideAsync(
        FileAt file, FileContent content, IReadOnlyDictionary<FileIdentity, TailedFile> open, ICollection<FileIdentity> present, CancellationToken cancellationToken)
    {
        var name = checkpoints.NameOf(file.Identity);
        if (_positions.TryGetValue(name, out var own) && (own.Offset == 0 || await FileMarks.MatchAsync(content, own, cancellationToken).ConfigureAwait(false) is not null))
        {
            return default;
        }

        if (own is not null)
        {
            // The inode was given to another file, or this one was truncated: what was read may live on in a copy.
            Orphan(name, own);
        }

        var standing = present.Select(checkpoints.NameOf).ToHashSet(StringComparer.Ordinal);
        var best = default(FileCheckpoint);
        foreach (var (source, position) in _positions)
        {
            if (source == name || position.Offset == 0 || position.Path == file.Path || !IsNamedAlike(position.Path, file.Path) || position.Offset <= (best?.Position!.Offset ?? 0))
            {
                continue;
            }

            var original = open.Values.FirstOrDefault(candidate => candidate.Claim.Source == source);
            var isStanding = standing.Contains(source) && (original is null || await original.IsIntactAsync(cancellationToken).ConfigureAwait(false));
            if (await FileMarks.MatchAsync(content, position, cancellationToken).ConfigureAwait(false) is not null)
            {
                if (isStanding)
                {
                    return new Succession(null, MustWait: true);
                }

                best = new FileCheckpoint(source, position);
            }
            else if (isStanding && content.CanSeek && content.Length < position.Offset && IsYoung(file.Identity) && await BeginsAlikeAsync(content, position.Path, cancellationToken).ConfigureAwait(false))
            {
                return new Succession(null, MustWait: true);
            }
        }

        _waiting.Remove(file.Identity);
        return new Succession(best, MustWait: false);
    }

    private void Orphan(string source, FilePosition position)
    {
        _positions.TryRemove(source, out _);
        if (position.Offset > 0)
        {
            _positions[source + OrphanMark] = position;
        }
    }

    // "app.log" and "app.log.1", "app.log-20261120.gz", "app-1.log": in one folder, up to the first dot or the shorter name's.
    private static bool IsNamedAlike(string original, string copy)
    {
        var stem = Path.GetFileName(original);
        stem = stem[..(stem.IndexOf('.', 1) is > 0 and var dot ? dot : stem.Length)];
        return Path.GetDirectoryName(original) == Path.GetDirectoryName(copy) && Path.GetFileName(copy).StartsWith(stem, StringComparison.Ordinal);
    }

    private static async Task<bool> BeginsAlikeAsync(FileContent content, string original, CancellationToken cancellationToken)
    {
        if (!FileStat.TryGet(original, out _))
        {
            return false;
        }

        await using var other = FileContent.Open(original);
        var (mine, theirs) = (new byte[FileMarks.Bytes], new byte[FileMarks.Bytes]);
        var length = await content.ReadAsync(0, mine, cancellationToken).ConfigureAwait(false);
        var otherLength = await other.ReadAsync(0, theirs, cancellationToken).ConfigureAwait(false);
        return otherLength >= length && mine.AsSpan(0, length).SequenceEqual(theirs.AsSpan(0, length));
    }

    private bool IsYoung(FileIdentity file)
    {
        if (!_waiting.TryGetValue(file, out var since))
        {
            _waiting[file] = since = time.GetTimestamp();
        }

        return time.GetElapsedTime(since) < s_copying;
    }
}
