using System.Collections.Concurrent;
using LogConsole.Ingestion.Formats;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion.Files;

/// <summary>
/// Reads the files of <see cref="FilesOptions"/> as they grow, each line exactly once: a file's position moves in its rows' transaction, so neither a
/// restart nor a second console doubles or loses one. Renamed files are known by their inode, copied, truncated and compressed ones by their content.
/// While ingest is held or the database is away nothing is read.
/// </summary>
internal sealed partial class FileSource(
    IngestionQueue queue,
    IngestGate gate,
    Database database,
    IngestionCounters counters,
    IOptions<FilesOptions> options,
    IOptions<IngestionOptions> limits,
    TimeProvider time,
    ILogger<FileSource> logger) : BackgroundLoop(time, logger)
{
    /// <summary>The door's name in counters and source names.</summary>
    public const string Door = "file";

    private const int FilesAtOnce = 8;

    // A file that vanished is read to its end through its handle; its writer may hold it open for a while.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(5);

    private readonly FileCheckpoints _checkpoints = new(database, options.Value.Host ?? Environment.MachineName, time);
    private readonly FileReading[] _readings = [.. options.Value.Sources.Select(source => ReadingOf(source, options.Value, limits.Value, time))];
    private readonly Dictionary<FileIdentity, TailedFile> _open = [];
    private readonly HashSet<FileIdentity> _unreadable = [];
    private FileSuccession? _succession;

    /// <inheritdoc/>
    public override string Name => "files";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_readings.Length == 0)
        {
            return;
        }

        await database.WhenReadyAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                await gate.WhenOpenAsync(cancellationToken).ConfigureAwait(false);
                await database.WhenReadyAsync(cancellationToken).ConfigureAwait(false);
                await TurnAsync(cancellationToken).ConfigureAwait(false);
                Beat();
                await Task.Delay(options.Value.PollInterval, Time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Looks for files once and reads all there is in them; what was read is durable when it returns.</summary>
    internal async Task TurnAsync(CancellationToken cancellationToken)
    {
        var isFirst = _succession is null;
        _succession ??= new FileSuccession(await _checkpoints.ListAsync(cancellationToken).ConfigureAwait(false), _checkpoints, Time);
        await FindAsync(isFirst, cancellationToken).ConfigureAwait(false);
        while (gate.Reason is null && await ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            Beat();
        }
    }

    /// <summary>Closes all files; the next turn reads the positions anew.</summary>
    internal async ValueTask CloseAsync()
    {
        foreach (var file in _open.Values)
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }

        _open.Clear();
        _succession = null;
    }

    private static FileReading ReadingOf(FileSourceOptions source, FilesOptions options, IngestionOptions limits, TimeProvider time)
    {
        var names = new Utf8Interner();
        return new FileReading(
            $"{Door}:{source.Service ?? source.Paths[0]}",
            SourceZone.TryParse(source.Zone, out var zone) ? zone : SourceZone.Utc,
            source.Service,
            options,
            limits,
            time,
            names,
            new SharedJsonCache(names, limits.MaxAttributesBytes));
    }

    // Opens what is new, notes what was renamed and what is gone.
    private async Task FindAsync(bool isFirst, CancellationToken cancellationToken)
    {
        var found = new Dictionary<FileIdentity, (FileAt File, int Source)>();
        for (var source = 0; source < _readings.Length; source++)
        {
            foreach (var file in FileNames.Find(options.Value.Sources[source]))
            {
                found.TryAdd(file.Identity, (file, source));
            }
        }

        if (isFirst)
        {
            await _checkpoints.ForgetAsync(found.Keys.Select(_checkpoints.NameOf), cancellationToken).ConfigureAwait(false);
        }

        foreach (var file in _open.Values)
        {
            file.IsGone = !found.TryGetValue(file.File.Identity, out var at);
            file.File = file.IsGone ? file.File : at.File;
        }

        foreach (var (file, source) in found.Values.Where(at => !_open.ContainsKey(at.File.Identity)).OrderBy(at => at.File.Path, StringComparer.Ordinal).ToList())
        {
            try
            {
                await OpenAsync(file, source, isFirst, found.Keys, cancellationToken).ConfigureAwait(false);
                _unreadable.Remove(file.Identity);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                if (_unreadable.Add(file.Identity))
                {
                    LogUnreadable(file.Path, e.Message);
                }
            }
        }

        // Only now: a copy of what was truncated goes on where the file had been read to.
        foreach (var file in _open.Values.Where(file => file.IsTruncated))
        {
            _succession!.Truncated(file);
            file.Restart();
        }
    }

    private async Task OpenAsync(FileAt file, int source, bool isFirst, ICollection<FileIdentity> present, CancellationToken cancellationToken)
    {
        var content = FileContent.Open(file.Path);
        var isKept = false;
        try
        {
            await RequireUtf8Async(content, cancellationToken).ConfigureAwait(false);
            var decision = await _succession!.DecideAsync(file, content, _open, present, cancellationToken).ConfigureAwait(false);
            if (decision.MustWait)
            {
                return;
            }

            if (decision.Predecessor is { } predecessor && _open.FirstOrDefault(open => open.Value.Claim.Source == predecessor.Source) is { Value: { } old } entry)
            {
                await old.DisposeAsync().ConfigureAwait(false);
                _open.Remove(entry.Key);
            }

            var claim = await _checkpoints.ClaimAsync(_checkpoints.NameOf(file.Identity), decision.Predecessor, cancellationToken).ConfigureAwait(false);
            var (position, marks) = await WhereAsync(claim, file, content, isFirst && options.Value.Sources[source].FromEnd, cancellationToken).ConfigureAwait(false);
            _succession!.Claimed(claim, decision.Predecessor, position);
            _open[file.Identity] = new TailedFile(_readings[source], content, file, claim, position, marks);
            isKept = true;
        }
        finally
        {
            if (!isKept)
            {
                await content.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task RequireUtf8Async(FileContent content, CancellationToken cancellationToken)
    {
        var mark = new byte[Utf16.MarkBytes];
        var length = await content.ReadAsync(0, mark, cancellationToken).ConfigureAwait(false);
        if (Utf16.Of(mark.AsSpan(0, length)) is not null)
        {
            throw new InvalidDataException(Utf16.Refused);
        }
    }

    private static async Task<(FilePosition Position, FileMarks Marks)> WhereAsync(
        FileClaim claim, FileAt file, FileContent content, bool fromEnd, CancellationToken cancellationToken)
    {
        // An inode that was given to another file, or a file that was truncated: from its beginning.
        if (FilePosition.FromJson(claim.Stored) is { } stored)
        {
            var marks = await FileMarks.MatchAsync(content, stored, cancellationToken).ConfigureAwait(false);
            return marks is null ? (FilePosition.Start(file.Path), new FileMarks()) : (stored, marks);
        }

        if (!fromEnd || !content.CanSeek || content.Length == 0)
        {
            return (FilePosition.Start(file.Path), new FileMarks());
        }

        var length = content.Length;
        var head = new byte[Math.Min(length, FileMarks.Bytes)];
        var tail = new byte[Math.Min(length, FileMarks.Bytes)];
        await content.ReadAsync(0, head, cancellationToken).ConfigureAwait(false);
        await content.ReadAsync(length - tail.Length, tail, cancellationToken).ConfigureAwait(false);
        var ends = new FileMarks();
        ends.Append(head);
        ends.Append(length > head.Length ? tail : []);
        return (new FilePosition(file.Path, length, 0, ends.Head, ends.Tail), ends);
    }

    // True when a file had something: there may be more. A few at a time, since each holds a buffer until its rows are durable.
    private async Task<bool> ReadAllAsync(CancellationToken cancellationToken)
    {
        var busy = new ConcurrentDictionary<TailedFile, bool>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_open.Values.ToList(), parallel, async (file, cancelled) =>
        {
            if (await ReadAsync(file, cancelled).ConfigureAwait(false))
            {
                busy[file] = true;
            }
        }).ConfigureAwait(false);
        foreach (var (identity, file) in _open.Where(open => open.Value.IsGone && open.Value.Unchanged >= s_lastWords && !busy.ContainsKey(open.Value)).ToList())
        {
            _open.Remove(identity);
            _succession!.Closed(file);
            await file.DisposeAsync().ConfigureAwait(false);
        }

        return !busy.IsEmpty;
    }

    private async Task<bool> ReadAsync(TailedFile file, CancellationToken cancellationToken)
    {
        FileBatch? batch;
        try
        {
            batch = await file.ReadAsync(file.IsGone && file.Unchanged >= s_lastWords, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            if (_unreadable.Add(file.File.Identity))
            {
                LogUnreadable(file.File.Path, e.Message);
            }

            return false;
        }

        if (batch is null)
        {
            return false;
        }

        using (batch)
        {
            return await DeliverAsync(file, batch, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> DeliverAsync(TailedFile file, FileBatch batch, CancellationToken cancellationToken)
    {
        var delivery = new Delivery
        {
            Source = file.Reading.Name,
            Records = batch.Records,
            SizeBytes = batch.SizeBytes,
            Checkpoint = new CheckpointMove(file.Claim.Source, file.Claim.Epoch, file.Claim.Stored, batch.Next.ToJson()),
        };
        EnqueueResult result;
        do
        {
            result = await queue.EnqueueAsync(delivery, cancellationToken).ConfigureAwait(false);
        }
        while (result == EnqueueResult.Full);

        if (result == EnqueueResult.Stopping)
        {
            return false;
        }

        // The records point into the batch: it is kept until the pipeline is done with them, even when the console is stopping.
        var outcome = await delivery.Settled.ConfigureAwait(false);
        counters.Settled(Door, outcome);
        if (outcome.Status == DeliveryStatus.Committed)
        {
            counters.Received(Door, batch.Length);
            file.Commit(batch);
            _succession!.Moved(file.Claim.Source, batch.Next);
            return true;
        }

        if (outcome.Status == DeliveryStatus.Superseded)
        {
            // Thrown, the loop starts again after a pause and reads the positions anew.
            throw new InvalidOperationException($"'{file.File.Path}' is being read by another console with the same Files:Host.");
        }

        return false;
    }

    [LoggerMessage(EventId = 130, Level = LogLevel.Warning, Message = "The log file '{Path}' cannot be read: {Reason}. It is tried again.")]
    private partial void LogUnreadable(string path, string reason);
}
