using LogConsole.Access;
using LogConsole.Ingestion.Files;
using LogConsole.Ingestion.Http;
using LogConsole.Ingestion.Otlp;
using LogConsole.Ingestion.Simulator;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion;

/// <summary>Registers the room and its doors.</summary>
public static class IngestionModule
{
    public static IHostApplicationBuilder AddIngestion(this IHostApplicationBuilder builder)
    {
        // Without it a gzip or br body that was cut off on its way reads as a shorter, valid one. The runtime looks once, at the first decompression.
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

        var services = builder.Services;
        builder.AddConsoleOptions<IngestionOptions>(IngestionOptions.Section);
        builder.AddConsoleOptions<HttpIngestionOptions>(HttpIngestionOptions.Section);
        services.AddSingleton<IValidateOptions<IngestionOptions>, IngestionOptionsValidator>();
        services.AddSingleton<IValidateOptions<HttpIngestionOptions>, HttpIngestionOptionsValidator>();
        builder.AddConsoleOptions<FilesOptions>(FilesOptions.Section);
        services.AddSingleton<IValidateOptions<FilesOptions>, FilesOptionsValidator>();
        services.AddHostedService<FileSource>();
        services.AddSingleton<IConfiguredSource, ConfiguredFiles>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IngestionQueue>();
        services.AddSingleton<IngestGate>();
        services.AddSingleton<IngestionCounters>();
        services.TryAddSingleton<IRequestIdentityStore, RequestIdentityStore>();
        services.AddSingleton<InFlightRequests>();
        services.AddSingleton<BodyReader>();
        services.AddSingleton<HttpRecordReader>();
        services.AddSingleton<RequestReceiver>();
        services.AddSingleton<HttpDoor>();
        services.AddSingleton<OtlpDoor>();
        services.AddSingleton<DeadLetterStore>();
        services.AddSingleton<DeadLetterReplay>();
        return builder;
    }

    public static IEndpointRouteBuilder MapIngestion(this IEndpointRouteBuilder endpoints)
    {
        // Senders are programs: the key in the header is the whole proof, so no antiforgery token is asked of them.
        Map("/api/ingest", (HttpContext context, HttpDoor door) => HandleAsync(context, door.HandleAsync));
        Map(OtlpDoor.Path, (HttpContext context, OtlpDoor door) => HandleAsync(context, door.HandleAsync));
        endpoints.MapDeadLetters();
        return endpoints;

        void Map(string path, Delegate handler) => endpoints.MapPost(path, handler).RequireAuthorization(AccessPolicies.Ingest).DisableAntiforgery();
    }

    private static async Task<IResult> HandleAsync(HttpContext context, Func<HttpContext, Task<IResult>> handle)
    {
        try
        {
            return await handle(context).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The sender is gone; nobody reads an answer.
            return Results.Empty;
        }
    }
}

/// <summary>Rules the attributes cannot say.</summary>
internal sealed class IngestionOptionsValidator : IValidateOptions<IngestionOptions>
{
    public ValidateOptionsResult Validate(string? name, IngestionOptions options)
    {
        var faults = new List<string>();
        Check(options.QueuePatience >= TimeSpan.Zero && options.QueuePatience <= TimeSpan.FromMinutes(5), nameof(options.QueuePatience), "from zero to five minutes");
        Check(options.FarFuture > TimeSpan.Zero, nameof(options.FarFuture), "more than zero");
        Check(options.FarPast > TimeSpan.Zero, nameof(options.FarPast), "more than zero");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool holds, string key, string rule)
        {
            if (!holds)
            {
                faults.Add($"{IngestionOptions.Section}:{key} must be {rule}.");
            }
        }
    }
}
