using System.Globalization;
using LogConsole;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

return await CommandLine.RunAsync(args, ServeAsync).ConfigureAwait(false);

// The console itself, in the order a log line takes through it.
static async Task<int> ServeAsync(string[] arguments)
{
    var builder = ConsoleHost.CreateBuilder(arguments);
    var app = builder.Build();
    await app.RunAsync().ConfigureAwait(false);
    return ExitCodes.Success;
}
