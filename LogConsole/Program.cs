using System.Globalization;
using LogConsole;
using LogConsole.Access;
using LogConsole.Anomalies;
using LogConsole.Api;
using LogConsole.Components;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Simulator;
using LogConsole.Logs;
using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Patterns;
using LogConsole.Pipeline;
using LogConsole.Storage;
using LogConsole.Streaming;
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
    builder.AddAccess();
    builder.AddIngestion();
    builder.AddSimulator();
    builder.AddPatterns();
    builder.AddMetricsRoom();
    builder.AddLogs();
    builder.AddPipeline(stages => stages.Then<MineTemplates>().Then<AggregateMetrics>());
    builder.AddAnomalies();
    builder.AddOverview();
    builder.AddStream();
    builder.AddApi();
    builder.AddConsoleUi();

    var app = builder.BuildConsole();
    app.UseApiFaults();
    app.UseAccess();
    app.MapHealth();
    app.MapIngestion();
    app.MapSimulator();
    var api = app.MapGroup("/api").RequireAuthorization(AccessPolicies.Read).WithFaults();
    api.MapPipeline(admin: app.MapGroup("/api").RequireAuthorization(AccessPolicies.Admin).WithFaults());
    api.MapPatterns();
    api.MapMetricsRoom();
    api.MapLogs();
    api.MapAnomalies(operate: app.MapGroup("/api").RequireAuthorization(AccessPolicies.Triage).WithFaults());
    api.MapApi();
    app.MapConsoleUi();
    return await app.RunConsoleAsync().ConfigureAwait(false);
}
