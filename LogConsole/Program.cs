using System.Globalization;
using LogConsole;
using LogConsole.Storage;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

return await CommandLine.RunAsync(args, ServeAsync).ConfigureAwait(false);

// The console itself, in the order a log line takes through it.
static async Task<int> ServeAsync(string[] arguments)
{
    var builder = ConsoleHost.CreateBuilder(arguments);
    builder.AddStorage();

    var app = builder.BuildConsole();
    app.UseWaitingPage();
    app.MapGet("/alive", () => Results.Text("alive"));
    app.MapGet("/ready", (Database database) => database.Status.IsReady ? Results.Text("ready") : Results.Text(database.Status.Reason, statusCode: 503));
    return await app.RunConsoleAsync().ConfigureAwait(false);
}
