using System.Runtime.CompilerServices;
using LogConsole.Live;

namespace LogConsole.Streaming;

/// <summary>A place in a shared <see cref="TailWatch"/>.</summary>
internal sealed class TailReader : ITailReader
{
    private static readonly TimeSpan s_betweenLines = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_betweenCounts = TimeSpan.FromSeconds(1);

    private readonly SharedWatches<StreamFilter, TailWatch>.Use _use;
    private readonly TimeProvider _time;
    private TailPosition _position;

    public TailReader(SharedWatches<StreamFilter, TailWatch>.Use use, TimeProvider time)
    {
        _use = use;
        _time = time;
        _position = use.Value.Lines.End;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TailUpdate> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watch = _use.Value;
        TailRate? told = null;
        while (true)
        {
            var version = watch.Changes.Version;
            var rate = watch.Rate();
            var read = watch.Lines.Read(_position);
            if (read.Position != _position || rate != told)
            {
                yield return new TailUpdate(read.IsReset, read.Gap, read.Skipped, read.Chunks, rate, read.Position.Count);
                told = rate;
                _position = read.Position;
                await Task.Delay(s_betweenLines, _time, cancellationToken).ConfigureAwait(false);
            }

            await ChangeOrTickAsync(watch.Changes, version, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TailCount> CountsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TailCount? told = null;
        while (true)
        {
            var now = new TailCount(_use.Value.Lines.CountSince(_position), _use.Value.Rate());
            if (now != told)
            {
                told = now;
                yield return now;
            }

            await Task.Delay(s_betweenCounts, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _use.Dispose();

    // The tick lets the rate fall when nothing comes any more.
    private async Task ChangeOrTickAsync(ChangeSignal changes, long version, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changes.WhenChangedAsync(version, over.Token), Task.Delay(s_betweenCounts, _time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
