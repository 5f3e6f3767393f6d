using LogConsole.Pipeline;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Logs;

/// <summary>
/// The one transaction: the writer's counter (compare-and-swap), identities, checkpoints, the stages' changes, rows, segment ranges, dead letters.
/// Used by the pipeline loop only.
/// </summary>
internal sealed class LogCommit(Database database, InstanceIdentity instance, SegmentCatalog segments, DeliveryLedger ledger, TimeProvider time)
    : IBatchCommit, IPipelineState, IDisposable
{
    private const string AdvanceSql =
        """
        update writers set sequence = $4, last_id = $5, lease_until = now() + $6
        where id = $1 and epoch = $2 and sequence = $3
        """;

    // Whoever stores records has listened up to now: without this a console that is killed would have taken more in than its last heartbeat says.
    private const string ListenedSql = "update listening set until = greatest(until, $2) where instance = $1 and not ended";

    private readonly RowCopier _rows = new();
    private WriterLease? _lease;
    private CommitResult? _pending;
    private bool _segmentFull;

    /// <inheritdoc/>
    public async ValueTask<CommitResult> CommitAsync(LogBatch batch, IReadOnlyList<IStageChange> changes, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var lease = _lease ??= await WriterLease.TakeAsync(connection, instance.Id, cancellationToken).ConfigureAwait(false);
        var segment = await segments.CurrentAsync(connection, _segmentFull, cancellationToken).ConfigureAwait(false);
        _segmentFull = false;

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var firstId = RecordIds.First(time.GetUtcNow(), lease.LastId, lease.Writer);
        var lastId = batch.Records.Length == 0 ? lease.LastId : RecordIds.At(firstId, batch.Records.Length - 1);
        await AdvanceAsync(connection, lease, lastId, cancellationToken).ConfigureAwait(false);

        var refused = await ledger.WriteAsync(connection, batch, cancellationToken).ConfigureAwait(false);
        if (refused is not null)
        {
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
            return refused;
        }

        var written = await WriteAsync(connection, batch, changes, lease.Writer, segment, firstId, cancellationToken).ConfigureAwait(false);
        _pending = new CommitResult(true, lease.Sequence + 1, firstId, [], []);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        if (batch.Records.Length != 0)
        {
            _rows.Committed();
        }

        return Settled(lease with { Sequence = lease.Sequence + 1, LastId = lastId }, written);
    }

    /// <inheritdoc/>
    public async ValueTask<CommitResult?> WasCommittedAsync(CancellationToken cancellationToken)
    {
        segments.Forget();
        _rows.Forget();
        if (_lease is not { } lease || _pending is not { } pending)
        {
            _lease = null;
            return null;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand("select sequence, last_id from writers where id = $1 and epoch = $2 for update", connection)
        {
            Parameters = { new NpgsqlParameter<short> { TypedValue = lease.Writer }, new NpgsqlParameter<long> { TypedValue = lease.Epoch } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            _lease = null;
            _pending = null;
            return null;
        }

        _lease = lease with { Sequence = reader.GetInt64(0), LastId = reader.GetInt64(1) };
        _pending = null;
        return _lease.Sequence == pending.Sequence ? pending : null;
    }

    /// <inheritdoc/>
    public async ValueTask ProbeAsync(LogBatch batch, IReadOnlyList<IStageChange> changes, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var segment = await segments.CurrentAsync(connection, full: false, cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await WriteAsync(connection, batch, changes, _lease?.Writer ?? 0, segment, firstId: 0, cancellationToken).ConfigureAwait(false);
        await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task LoadAsync(CancellationToken cancellationToken)
    {
        segments.Forget();
        _rows.Forget();
        _segmentFull = false;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_lease is { } lease)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await lease.ReleaseAsync(connection, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();

    private CommitResult Settled(WriterLease lease, long segmentBytes)
    {
        var result = _pending!;
        _pending = null;
        _lease = lease;
        _segmentFull = segments.IsCurrentFull(segmentBytes);
        return result;
    }

    private async Task AdvanceAsync(NpgsqlConnection connection, WriterLease lease, long lastId, CancellationToken cancellationToken)
    {
        var advance = new NpgsqlBatchCommand(AdvanceSql)
        {
            Parameters =
            {
                new NpgsqlParameter<short> { TypedValue = lease.Writer },
                new NpgsqlParameter<long> { TypedValue = lease.Epoch },
                new NpgsqlParameter<long> { TypedValue = lease.Sequence },
                new NpgsqlParameter<long> { TypedValue = lease.Sequence + 1 },
                new NpgsqlParameter<long> { TypedValue = lastId },
                new NpgsqlParameter<TimeSpan> { TypedValue = WriterLease.Lifetime },
            },
        };
        var listened = new NpgsqlBatchCommand(ListenedSql)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = instance.Id },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() },
            },
        };
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { advance, listened } };
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        if (advance.RecordsAffected != 1)
        {
            throw new StaleWriterException();
        }
    }

    // Returns the bytes in the segment after this batch, 0 when no row was written.
    private async Task<long> WriteAsync(
        NpgsqlConnection connection, LogBatch batch, IReadOnlyList<IStageChange> changes, short writer, int segment, long firstId, CancellationToken cancellationToken)
    {
        var transaction = new BatchTransaction(connection, batch, writer);
        foreach (var change in changes)
        {
            await change.WriteAsync(transaction, cancellationToken).ConfigureAwait(false);
        }

        var written = batch.Records.Length == 0
            ? 0
            : await _rows.WriteAsync(transaction, segment, firstId, cancellationToken).ConfigureAwait(false);
        await ledger.WriteDeadLettersAsync(connection, batch, cancellationToken).ConfigureAwait(false);
        return written;
    }
}
