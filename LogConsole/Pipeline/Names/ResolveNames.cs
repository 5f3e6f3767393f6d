using LogConsole.Ingestion;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Pipeline.Names;

/// <summary>The first stage: names of services and sources become ids. Services beyond the limit are folded into <c>_other</c> and flagged.</summary>
public sealed class ResolveNames(ServiceCatalog catalog, IOptions<PipelineOptions> options, TimeProvider time) : ILogStage
{
    /// <inheritdoc/>
    public IStageChange Begin(LogBatch batch, int laneCount) => new Change(catalog, batch, options.Value.MaxServices, time.GetUtcNow());

    private sealed class Change : IStageChange
    {
        private const string InsertServiceSql =
            "insert into services (name, demo, created_at) values ($1, $2, $3) on conflict (name, demo) do update set name = excluded.name returning id";

        private const string InsertSourceSql = "insert into sources (name) values ($1) on conflict (name) do update set name = excluded.name returning id";

        private readonly ServiceCatalog _catalog;
        private readonly LogBatch _batch;
        private readonly int _room;
        private readonly DateTimeOffset _now;

        // New names in order of first appearance: the n-th is pending number n.
        private readonly Dictionary<(string Name, bool IsDemo), int> _pending = [];
        private readonly List<ServiceName> _added = [];
        private readonly List<(string Name, short Id)> _addedSources = [];

        public Change(ServiceCatalog catalog, LogBatch batch, int maxServices, DateTimeOffset now)
        {
            _catalog = catalog;
            _batch = batch;
            _room = maxServices - catalog.Count;
            _now = now;
            ResolveAll();
        }

        // All is done before the lanes fork: which lane a record takes depends on its service.
        public void Process(int lane, ReadOnlySpan<int> indices)
        {
        }

        public async ValueTask WriteAsync(BatchTransaction transaction, CancellationToken cancellationToken)
        {
            await WriteServicesAsync(transaction.Connection, cancellationToken).ConfigureAwait(false);
            await WriteSourcesAsync(transaction.Connection, cancellationToken).ConfigureAwait(false);
        }

        public void Apply()
        {
            foreach (var service in _added)
            {
                _catalog.Add(service);
            }

            foreach (var (name, id) in _addedSources)
            {
                _catalog.AddSource(name, id);
            }
        }

        private void ResolveAll()
        {
            string? lastName = null;
            var lastDemo = false;
            var lastId = 0;
            var lastFlags = LogRecordFlags.None;
            for (var i = 0; i < _batch.Records.Length; i++)
            {
                var name = _batch.Records[i].Service;
                var demo = _batch.Deliveries[_batch.DeliveryOf[i]].IsDemo;
                if (demo != lastDemo || !string.Equals(name, lastName, StringComparison.Ordinal))
                {
                    (lastId, lastFlags) = Resolve(name, demo);
                    lastName = name;
                    lastDemo = demo;
                }

                _batch.ServiceIds[i] = lastId;
                _batch.Flags[i] |= lastFlags;
            }
        }

        private (int Id, LogRecordFlags Flags) Resolve(string name, bool demo)
        {
            if (_catalog.TryGetId(name, demo, out var id))
            {
                return (id, LogRecordFlags.None);
            }

            if (_pending.TryGetValue((name, demo), out var number))
            {
                return (-1 - number, LogRecordFlags.None);
            }

            if (_pending.Count < _room)
            {
                return (-1 - Add(name, demo), LogRecordFlags.None);
            }

            if (_catalog.TryGetId(ServiceCatalog.Other, demo, out id))
            {
                return (id, LogRecordFlags.ServiceFolded);
            }

            number = _pending.TryGetValue((ServiceCatalog.Other, demo), out var other) ? other : Add(ServiceCatalog.Other, demo);
            return (-1 - number, LogRecordFlags.ServiceFolded);
        }

        private int Add(string name, bool demo)
        {
            _pending.Add((name, demo), _pending.Count);
            return _pending.Count - 1;
        }

        private async Task WriteServicesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
        {
            if (_pending.Count == 0)
            {
                return;
            }

            // In name order, so that two instances that add the same names cannot wait for each other.
            var ids = new int[_pending.Count]; // [pending number] → id
            foreach (var ((name, isDemo), number) in _pending.OrderBy(item => item.Key.Name, StringComparer.Ordinal).ThenBy(item => item.Key.IsDemo))
            {
                await using var command = new NpgsqlCommand(InsertServiceSql, connection)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<string> { TypedValue = name },
                        new NpgsqlParameter<bool> { TypedValue = isDemo },
                        new NpgsqlParameter<DateTimeOffset> { TypedValue = _now },
                    },
                };
                var id = (int)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
                ids[number] = id;
                _added.Add(new ServiceName(id, name, isDemo));
            }

            var column = _batch.ServiceIds;
            for (var i = 0; i < column.Length; i++)
            {
                if (column[i] < 0)
                {
                    column[i] = ids[-1 - column[i]];
                }
            }
        }

        private async Task WriteSourcesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
        {
            var seen = new SortedDictionary<string, short>(StringComparer.Ordinal);
            foreach (var delivery in _batch.Deliveries)
            {
                seen[delivery.Source] = 0;
            }

            foreach (var name in seen.Keys.ToArray())
            {
                if (!_catalog.TryGetSource(name, out var id))
                {
                    await using var command = new NpgsqlCommand(InsertSourceSql, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = name } } };
                    id = (short)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
                    _addedSources.Add((name, id));
                }

                seen[name] = id;
            }

            for (var d = 0; d < _batch.Deliveries.Count; d++)
            {
                _batch.SourceIds[d] = seen[_batch.Deliveries[d].Source];
            }
        }
    }
}
