using System.Text.Json;
using LogConsole.Anomalies.Incidents;
using LogConsole.Storage;
using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Anomalies.Explanations;

/// <summary>Keeps the explanations of incidents up to date: made when an incident opens, at once when a series of it is over or it goes on after a pause, and again when it changed otherwise, at most once a minute.</summary>
internal sealed class IncidentExplainer(Database database, IncidentStore store, ExplanationMaker maker, TimeProvider time)
{
    /// <summary>Explained in one round; the rest waits for the next.</summary>
    public const int MaxPerRound = 20;

    private const string DueSql =
        """
        select id from incidents
        where explained_at is null or (explained_at < changed_at and explained_at < $1)
        order by explained_at nulls first, id limit $2
        """;

    private const string SaveSql = "update incidents set explanation = $2, title = $3, explained_at = $4 where id = $1";

    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(1);

    /// <summary>Explains what is due; returns how many. Fenced like detection itself.</summary>
    public async Task<int> RunOnceAsync(JobLease lease, CancellationToken cancellationToken)
    {
        var due = await DueAsync(cancellationToken).ConfigureAwait(false);
        foreach (var id in due)
        {
            // The moment before the read: what changes meanwhile is due again.
            var now = time.GetUtcNow();
            var incident = await store.FindAsync(id, cancellationToken).ConfigureAwait(false);
            var anomalies = await store.AnomaliesAsync(new AnomalyFilter { IncidentId = id, Limit = IncidentStore.MaxDetails }, cancellationToken).ConfigureAwait(false);
            if (incident is not null && anomalies.Count != 0)
            {
                await SaveAsync(id, await maker.MakeAsync(incident, anomalies, cancellationToken).ConfigureAwait(false), now, lease, cancellationToken).ConfigureAwait(false);
            }
        }

        return due.Count;
    }

    private async Task<List<long>> DueAsync(CancellationToken cancellationToken)
    {
        var due = new List<long>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(DueSql, connection)
        {
            Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() - s_every }, new NpgsqlParameter<int> { TypedValue = MaxPerRound } },
        };
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            due.Add(row.GetInt64(0));
        }

        return due;
    }

    private async Task SaveAsync(long id, Explanation explanation, DateTimeOffset now, JobLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var save = new NpgsqlCommand(SaveSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = id },
                new NpgsqlParameter { Value = JsonSerializer.Serialize(explanation, AnomalyJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb },
                new NpgsqlParameter<string> { TypedValue = explanation.Headline },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
            },
        };
        await save.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await using var tick = new NpgsqlCommand(IncidentWatch.TickSql, connection);
        await tick.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await lease.CheckAsync(connection, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
