using LogConsole.Ingestion;
using LogConsole.Storage;

namespace LogConsole.Metrics;

/// <summary>
/// Records durably when this console took records, so that a chart can tell "nothing came" from "nobody listened": a look a second in memory,
/// a write every <see cref="Heartbeat"/> and whenever the doors open or close. A console that is killed has listened up to its last heartbeat, or the last
/// batch it stored, which writes it too.
/// </summary>
internal sealed class Listening : BackgroundLoop
{
    /// <summary>How often the span on disk grows: half the narrowest bucket of a chart, so that a kill blurs at most one.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly ListeningDraft _draft = new(longestStep: Heartbeat);
    private readonly ListeningStore _store;
    private readonly Database _database;
    private readonly IngestGate _gate;
    private readonly InstanceIdentity _instance;
    private DateTimeOffset _writtenAt;
    private DateTimeOffset? _stored; // start of the newest span that is in the table
    private bool _stopped; // guarded by _lock
    private bool _due; // guarded by _lock

    public Listening(
        ListeningStore store, Database database, IngestGate gate, InstanceIdentity instance, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Listening> logger)
        : base(time, logger)
    {
        (_store, _database, _gate, _instance) = (store, database, gate, instance);
        database.StatusChanged += OnStatusChanged;
        lifetime.ApplicationStopping.Register(() => End(forGood: true));
    }

    /// <inheritdoc/>
    public override string Name => "listening record";

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        End(forGood: true);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (_database.Status.IsReady)
        {
            await TryWriteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _database.StatusChanged -= OnStatusChanged;
        base.Dispose();
    }

    /// <summary>Looks once, and writes when that is due.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        bool due;
        lock (_lock)
        {
            _due |= _draft.Look(!_stopped && _database.Status.IsReady && _gate.Reason is null, now) || now - _writtenAt >= Heartbeat;
            due = _due && _database.Status.IsReady;
        }

        if (due && await TryWriteAsync(cancellationToken).ConfigureAwait(false))
        {
            _writtenAt = now;
        }
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_look, Time);
        do
        {
            await LookAsync(cancellationToken).ConfigureAwait(false);
            Beat();
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    // False when the database is away, which others say: what is not written is written when it is back.
    private async Task<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ListeningSpan> spans;
        lock (_lock)
        {
            spans = _draft.Unwritten;
            _due = false;
        }

        try
        {
            var lasts = await WriteAsync(spans, cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                if (lasts)
                {
                    _draft.Written(spans);
                }
                else
                {
                    _draft.Forget();
                }
            }

            return true;
        }
        catch (Exception e) when (DatabaseFaults.IsAway(e) || cancellationToken.IsCancellationRequested)
        {
            lock (_lock)
            {
                _due = true;
            }

            return false;
        }
    }

    // False when a span that was stored is gone: a reset deleted what was counted in it, so nothing is known of that time.
    private async Task<bool> WriteAsync(IReadOnlyList<ListeningSpan> spans, CancellationToken cancellationToken)
    {
        foreach (var span in spans)
        {
            if (span.Since != _stored)
            {
                await _store.AddAsync(_instance.Id, span, cancellationToken).ConfigureAwait(false);
                _stored = span.Since;
            }
            else if (!await _store.GrowAsync(_instance.Id, span, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private void OnStatusChanged(DatabaseStatus status)
    {
        if (!status.IsReady)
        {
            End(forGood: false);
            return;
        }

        // Records may come at once, so it does not wait for the next look.
        lock (_lock)
        {
            _due |= _draft.Look(!_stopped && _gate.Reason is null, Time.GetUtcNow());
        }
    }

    private void End(bool forGood)
    {
        lock (_lock)
        {
            _stopped |= forGood;
            _draft.End(Time.GetUtcNow());
            _due = true;
        }
    }
}
