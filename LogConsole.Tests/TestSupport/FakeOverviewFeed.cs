using System.Runtime.CompilerServices;
using LogConsole.Overview;

namespace LogConsole.Tests.TestSupport;

/// <summary>An overview feed whose states are set by the test. Keeps the contract: newest state only, parts unchanged by reference.</summary>
internal sealed class FakeOverviewFeed : IOverviewFeed
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = New();
    private OverviewSnapshot _snapshot = Some.Overview();
    private ConsoleStatus _status = Some.Status();
    private TaskCompletionSource _used = New();
    private int _watches;
    private int _pushes;

    /// <summary>Views asked for, in order.</summary>
    public List<OverviewView> Views { get; } = [];

    /// <summary>Overview watches open now.</summary>
    public int OpenWatches => Volatile.Read(ref _watches);

    /// <summary>Snapshots handed out so far, over all watches.</summary>
    public int Pushes => Volatile.Read(ref _pushes);

    /// <summary>What a view shows, when it is not the same for all.</summary>
    public Func<OverviewView, OverviewSnapshot, OverviewSnapshot> Project { get; set; } = (_, snapshot) => snapshot;

    /// <summary>Thrown by the next watch.</summary>
    public Exception? Failure { get; set; }

    public void Push(Func<OverviewSnapshot, OverviewSnapshot> change) => Change(() => _snapshot = change(_snapshot));

    public void PushStatus(Func<ConsoleStatus, ConsoleStatus> change) => Change(() => _status = change(_status));

    /// <summary>Waits until the pages have used the feed so that <paramref name="condition"/> holds.</summary>
    public async Task WhenAsync(Func<FakeOverviewFeed, bool> condition)
    {
        while (true)
        {
            var used = Volatile.Read(ref _used).Task;
            if (condition(this))
            {
                return;
            }

            await used.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
    }

    public async IAsyncEnumerable<OverviewSnapshot> WatchAsync(
        OverviewView view, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Views.Add(view);
        }

        if (Failure is { } failure)
        {
            Failure = null;
            throw failure;
        }

        Interlocked.Increment(ref _watches);
        SignalUse();
        try
        {
            for (var (value, changed) = Read(() => _snapshot); ; (value, changed) = Read(() => _snapshot))
            {
                Interlocked.Increment(ref _pushes);
                SignalUse();
                yield return Project(view, value);
                if (!view.Range.IsLive)
                {
                    yield break;
                }

                await changed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watches);
            SignalUse();
        }
    }

    public async IAsyncEnumerable<ConsoleStatus> WatchStatusAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var (value, changed) = Read(() => _status); ; (value, changed) = Read(() => _status))
        {
            yield return value;
            await changed.WaitAsync(cancellationToken);
        }
    }

    private (T Value, Task Changed) Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            return (read(), _changed.Task);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            changed = _changed;
            _changed = New();
        }

        changed.SetResult();
    }

    private void SignalUse() => Interlocked.Exchange(ref _used, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
