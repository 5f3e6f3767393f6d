using LogConsole.Ingestion;
using LogConsole.Pipeline;
using Microsoft.Extensions.Options;

namespace LogConsole.Metrics;

/// <summary>
/// The stage that counts: adds each record to its event-time windows. The sums do not depend on how fast, in which batches or when records arrive,
/// so a replay gives the same rollups. Late records are counted into their window like all others, and counted as late.
/// </summary>
public sealed class AggregateMetrics(SourceClocks clocks, WindowChanges changes, IOptions<MetricsOptions> options, TimeProvider time) : ILogStage
{
    /// <inheritdoc/>
    public IStageChange Begin(LogBatch batch, int laneCount) => new Change(clocks, changes, options.Value, batch, laneCount, time.GetUtcNow());

    private sealed class Change : IStageChange
    {
        private readonly SourceClocks _clocks;
        private readonly WindowChanges _changes;
        private readonly LogBatch _batch;
        private readonly DateTimeOffset _now;
        private readonly WindowCounts[] _lanes; // [lane]
        private readonly Dictionary<string, SourceClock> _advanced = new(StringComparer.Ordinal);

        public Change(SourceClocks clocks, WindowChanges changes, MetricsOptions options, LogBatch batch, int laneCount, DateTimeOffset now)
        {
            _clocks = clocks;
            _changes = changes;
            _batch = batch;
            _now = now;
            _lanes = new WindowCounts[laneCount];
            for (var lane = 0; lane < laneCount; lane++)
            {
                _lanes[lane] = new WindowCounts();
            }

            MarkLate(options);
        }

        public void Process(int lane, ReadOnlySpan<int> indices)
        {
            var counts = _lanes[lane];
            foreach (var i in indices)
            {
                var record = _batch.Records[i];
                var key = new SeverityKey(
                    TumblingWindow.Of(record.Timestamp.UnixMicroseconds),
                    TumblingWindow.Of(record.ObservedTimestamp.UnixMicroseconds),
                    _batch.ServiceIds[i],
                    SeverityBands.Of(record.SeverityNumber));
                counts.Add(i, key, _batch.TemplateIds[i], _batch.Flags[i].HasFlag(LogRecordFlags.Late));
            }
        }

        public async ValueTask WriteAsync(BatchTransaction transaction, CancellationToken cancellationToken)
        {
            var delta = RollupDelta.Of(_lanes, _batch);
            await RollupWriter.WriteAsync(transaction, delta, _now, cancellationToken).ConfigureAwait(false);
            await RollupWriter.WriteClocksAsync(transaction, _advanced, _now, cancellationToken).ConfigureAwait(false);
        }

        public void Apply()
        {
            foreach (var (source, clock) in _advanced)
            {
                _clocks.Set(source, clock);
            }

            foreach (var lane in _lanes)
            {
                foreach (var key in lane.BySeverity.Keys)
                {
                    _changes.Mark(key.EventWindow);
                }
            }

            _changes.Raise();
        }

        // In the sources' own order, before the lanes fork: lateness depends on what came before.
        private void MarkLate(MetricsOptions options)
        {
            var delivery = -1;
            var clock = SourceClock.Start;
            var closed = long.MinValue;
            for (var i = 0; i < _batch.Records.Length; i++)
            {
                if (_batch.DeliveryOf[i] != delivery)
                {
                    Keep(delivery, clock);
                    delivery = _batch.DeliveryOf[i];
                    var source = _batch.Deliveries[delivery].Source;
                    clock = _advanced.TryGetValue(source, out var known) ? known : _clocks[source];
                    closed = clock.ClosedByOurClock(_batch.Records[i].ObservedTimestamp.UnixMicroseconds, options);
                }

                var record = _batch.Records[i];
                var at = record.Timestamp.UnixMicroseconds;
                if (clock.IsLate(at, closed, options))
                {
                    _batch.Flags[i] |= LogRecordFlags.Late;
                }

                // A clock that is ahead must not make everybody else late.
                if (at <= record.ObservedTimestamp.UnixMicroseconds + (long)options.LiveWithin.TotalMicroseconds)
                {
                    clock = clock.Advance(at);
                }
            }

            Keep(delivery, clock);
        }

        private void Keep(int delivery, SourceClock clock)
        {
            if (delivery >= 0 && clock != SourceClock.Start)
            {
                _advanced[_batch.Deliveries[delivery].Source] = clock;
            }
        }
    }
}
