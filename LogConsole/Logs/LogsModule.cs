using LogConsole.Ingestion.Simulator;
using LogConsole.Logs.Search;
using LogConsole.Pipeline;
using LogConsole.Storage;

namespace LogConsole.Logs;

/// <summary>Registration of the log table: commit, queries, retention.</summary>
public static class LogsModule
{
    public static void AddLogs(this WebApplicationBuilder builder)
    {
        builder.AddConsoleOptions<LogsOptions>(LogsOptions.Section);
        var services = builder.Services;
        services.AddSingleton<SegmentCatalog>();
        services.AddSingleton<DeliveryLedger>();
        services.AddSingleton<LogCommit>();
        services.AddSingleton<IBatchCommit>(provider => provider.GetRequiredService<LogCommit>());
        services.AddSingleton<IPipelineState>(provider => provider.GetRequiredService<LogCommit>());
        services.AddSingleton<LogReader>();
        services.AddSingleton<LogLookup>();
        services.AddSingleton<SearchBlocks>();
        services.AddSingleton<ILogStore, LogStore>();
        services.AddSingleton<SegmentRetention>();
        services.AddSingleton<ResourceRetention>();
        services.AddSingleton<DeadLetterRetention>();
        services.AddSingleton<IDemoDataOwner, DemoRows>();
        services.AddHostedService<Housekeeping>();

        // An external server's disk is not ours to see.
        var external = builder.Configuration.GetConnectionString("LogConsole") is { Length: > 0 };
        services.AddSingleton<IDiskSpace>(provider => new DataDirectoryDisk(external ? null : provider.GetRequiredService<DataDirectory>().Path));
        services.AddHostedService<DiskGuard>();
    }

    /// <summary>Maps the query API.</summary>
    public static void MapLogs(this IEndpointRouteBuilder api) => LogEndpoints.Map(api);
}
