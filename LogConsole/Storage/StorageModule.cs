using LogConsole.Storage.Embedded;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LogConsole.Storage;

/// <summary>The floor everything stands on: one PostgreSQL, migrated and kept alive.</summary>
public static class StorageModule
{
    /// <summary>Call first: what is registered first starts first and stops last.</summary>
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder)
    {
        builder.AddConsoleOptions<StorageOptions>(StorageOptions.Section);
        builder.Services.AddSingleton<IOptionsCheck, ConnectionStringCheck>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<StartupFault>();
        builder.Services.AddSingleton<DataDirectory>();
        builder.Services.AddSingleton(services => new InstanceIdentity(services.GetRequiredService<DataDirectory>()));
        builder.Services.AddSingleton<Database>();
        builder.Services.AddSingleton<DataReset>();
        builder.Services.AddSingleton<IDatabaseServer>(services =>
            services.GetRequiredService<IConfiguration>().GetConnectionString(ExternalServer.ConnectionName) is { Length: > 0 } connectionString
                ? new ExternalServer(connectionString)
                : ActivatorUtilities.CreateInstance<EmbeddedServer>(services));
        builder.Services.AddHostedService<DatabaseKeeper>();

        // Read here and leniently, because the host asks before options are checked; a wrong value is reported by that check.
        if (TimeSpan.TryParse(builder.Configuration[$"{StorageOptions.Section}:{nameof(StorageOptions.ShutdownTimeout)}"], out var limit))
        {
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = limit);
        }

        return builder;
    }
}
