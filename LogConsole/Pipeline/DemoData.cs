using LogConsole.Ingestion.Simulator;
using LogConsole.Pipeline.Names;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Pipeline;

/// <summary>
/// Tells demo from real by the services, which are different ones, and removes the demo stream's part of every room. Meant for one instance,
/// like a reset: others go on with the names and templates they hold in memory. Thread-safe.
/// </summary>
internal sealed partial class DemoData(
    Database database, ServiceCatalog catalog, LogPipeline pipeline, IEnumerable<IDemoDataOwner> owners, ILogger<DemoData> logger) : IDemoData
{
    private const string ServicesSql = "select coalesce(array_agg(id order by id), '{}') from services where demo";

    private readonly IDemoDataOwner[] _owners = [.. owners.OrderBy(owner => owner.Order)];

    /// <inheritdoc/>
    public bool HasDemo => catalog.All.Any(service => service.IsDemo);

    /// <inheritdoc/>
    public bool HasReal => catalog.All.Any(service => !service.IsDemo);

    /// <inheritdoc/>
    public async Task<bool> ReadHasRealAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("select exists (select from services where not demo)");
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <inheritdoc/>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        // What the stream still has in the queue is stored first: nothing of it comes afterwards.
        if (!await pipeline.FlushAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new DatabaseUnavailableException("what waits in the queue could not be stored yet; try again in a moment");
        }

        var services = await ServicesAsync(cancellationToken).ConfigureAwait(false);
        await RemoveAsync(services, betweenBatches: false, cancellationToken).ConfigureAwait(false);
        await pipeline.RunBetweenBatchesAsync(token => RemoveAsync(services, betweenBatches: true, token), cancellationToken).ConfigureAwait(false);
        LogCleared(services.Length);
    }

    private async Task RemoveAsync(int[] services, bool betweenBatches, CancellationToken cancellationToken)
    {
        foreach (var owner in _owners.Where(owner => owner.BetweenBatches == betweenBatches))
        {
            await owner.RemoveAsync(services, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<int[]> ServicesAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ServicesSql);
        return (int[])(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    [LoggerMessage(1109, LogLevel.Information, "The demo data is removed: {Services} services with their records, rollups and templates")]
    private partial void LogCleared(int services);
}

/// <summary>The names the demo stream brought: the last rows to go, since everything refers to them.</summary>
internal sealed class DemoNames(Database database) : IDemoDataOwner
{
    /// <inheritdoc/>
    public int Order => 1_000;

    /// <inheritdoc/>
    public bool BetweenBatches => true;

    /// <inheritdoc/>
    public async Task RemoveAsync(IReadOnlyList<int> serviceIds, CancellationToken cancellationToken)
    {
        await using var services = database.Source.CreateCommand("delete from services where id = any($1)");
        services.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. serviceIds] });
        await services.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await using var source = database.Source.CreateCommand($"delete from sources where name = '{DemoStream.Source}'");
        await source.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
