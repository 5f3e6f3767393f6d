using System.Runtime.CompilerServices;
using LogConsole.Access.Auditing;
using LogConsole.Ingestion;
using LogConsole.Overview;

namespace LogConsole.Tests.TestSupport;

/// <summary>A system feed whose snapshot and dead letters are set by the test and changed by what pages do.</summary>
internal sealed class FakeSystemFeed : ISystemFeed
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = New();
    private SystemSnapshot _snapshot = Some.SystemState();
    private List<DeadLetterLine> _letters = [];
    private int _watches;

    /// <summary>Watches open now.</summary>
    public int OpenWatches => Volatile.Read(ref _watches);

    /// <summary>What was replayed: "7 by local", "all by local".</summary>
    public List<string> Replayed { get; } = [];

    /// <summary>The text of every record.</summary>
    public string Record { get; set; } = """{"msg":"poison"}""";

    public void Set(Func<SystemSnapshot, SystemSnapshot> change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _snapshot = change(_snapshot);
            changed = _changed;
            _changed = New();
        }

        changed.SetResult();
    }

    /// <summary>Replaces the dead letters; the snapshot tells of them.</summary>
    public void SetLetters(params DeadLetterLine[] letters)
    {
        _letters = [.. letters.OrderByDescending(letter => letter.Id)];
        Tell();
    }

    /// <summary>Waits until pages watch or stopped watching so that the count holds.</summary>
    public async Task WhenWatchedByAsync(int count)
    {
        while (OpenWatches != count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async IAsyncEnumerable<SystemSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _watches);
        try
        {
            while (true)
            {
                Task changed;
                SystemSnapshot snapshot;
                lock (_lock)
                {
                    (changed, snapshot) = (_changed.Task, _snapshot);
                }

                yield return snapshot;
                await changed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watches);
        }
    }

    public Task<DeadLetterListing> ListDeadLettersAsync(long? before, bool openOnly, CancellationToken cancellationToken)
    {
        var found = _letters.Where(letter => letter.Id < (before ?? long.MaxValue) && (!openOnly || letter.ReplayedAt is null)).ToList();
        var shown = found.Take(DeadLetterListing.PageSize).ToList();
        return Task.FromResult(new DeadLetterListing(shown, found.Count > shown.Count ? shown[^1].Id : null));
    }

    public Task<string?> ReadDeadLetterAsync(long id, CancellationToken cancellationToken) => Task.FromResult<string?>(Record);

    public Task<DeadLetterReplayReply> ReplayAsync(AuditActor actor, long? id, CancellationToken cancellationToken)
    {
        var replayed = _letters.Where(letter => letter.ReplayedAt is null && (id is null || letter.Id == id)).ToList();
        Replayed.Add($"{id?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "all"} by {actor.Name}");
        _letters = [.. _letters.Select(letter => replayed.Contains(letter) ? letter with { ReplayedAt = Some.Now } : letter)];
        Tell();
        return Task.FromResult(new DeadLetterReplayReply(replayed.Count, 0, 0, 0, false));
    }

    private void Tell() => Set(snapshot => snapshot with
    {
        Status = snapshot.Status with { DeadLetters = _letters.Count(letter => letter.ReplayedAt is null) },
        Stored = snapshot.Stored is { } stored ? stored with { NewestDeadLetter = _letters.Count == 0 ? 0 : _letters[0].Id } : null,
    });

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
