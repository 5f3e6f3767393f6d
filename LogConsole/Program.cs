using System.Globalization;
using LogConsole;
using LogConsole.Api;
using LogConsole.Components;
using LogConsole.Logs;
using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Patterns;
using LogConsole.Pipeline;
using LogConsole.Storage;
using LogConsole.Telemetry;
using LogConsole.Web;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

return await CommandLine.RunAsync(args, ServeAsync).ConfigureAwait(false);

// The console itself, in the order a log line takes through it.
static async Task<int> ServeAsync(string[] arguments)
{
    var builder = ConsoleHost.CreateBuilder(arguments);
    builder.AddStorage();
    builder.Services.AddSingleton<LogConsole.Ingestion.IngestionQueue>();
    builder.Services.AddSingleton(services => InstanceIdentity.LoadOrCreate(services.GetRequiredService<DataDirectory>().Path));
    builder.Services.AddSingleton<DataReset>();
    builder.AddPatterns();
    builder.AddMetricsRoom();
    builder.AddLogs();
    builder.AddPipeline(stages => stages.Then<MineTemplates>().Then<AggregateMetrics>());
    builder.AddOverview();
    builder.AddApi();
    builder.AddConsoleUi();

    var app = builder.BuildConsole();
    app.UseWaitingPage();
    var api = app.MapGroup("/api").WithFaults();
    api.MapPipeline(api);
    api.MapPatterns();
    api.MapMetricsRoom();
    api.MapLogs();
    api.MapApi();
    app.MapHealth(_ => Task.FromResult(true));
    app.MapConsoleUi();
    return await app.RunConsoleAsync().ConfigureAwait(false);
}
