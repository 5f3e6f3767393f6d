using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace LogConsole;

/// <summary>How the console finds its files and settings, from whichever folder it is started, and how it starts and ends.</summary>
internal static class ConsoleHost
{
    /// <summary>The address served when none is configured.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5080";

    private static readonly string[] s_hostSettings = ["urls", "port", "http_ports", "https_ports", "environment", "contentRoot", "applicationName"];

    /// <summary>
    /// A builder whose content root is the project folder under <c>dotnet run</c>, else the folder of the assembly,
    /// so that <c>dotnet /path/LogConsole.dll</c> works from any working directory, static files included.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        CheckArguments(args);
        var inProject = File.Exists(Path.Combine(Directory.GetCurrentDirectory(), "LogConsole.csproj"));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = Environment.GetEnvironmentVariable("ASPNETCORE_CONTENTROOT")
                ?? (inProject ? Directory.GetCurrentDirectory() : AppContext.BaseDirectory),
        });

        // The manifest beside the assembly says where built static files are; published consoles have none and need none.
        builder.WebHost.UseStaticWebAssets();
        SetAddress(builder);
        CheckAddresses(builder.Configuration["URLS"] ?? "");

        // The framework's own chatter is noise at 3 a.m.; Logging:LogLevel overrides it.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Services.AddSingleton<StartGate>();
        builder.Services.AddOptions<LoggerFilterOptions>().Configure<StartGate>((filters, gate) =>
        {
            filters.Rules.Add(new LoggerFilterRule(null, "Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Information, (_, _, _) => gate.IsStarted));
            filters.Rules.Add(new LoggerFilterRule(null, "Microsoft.Hosting.Lifetime", LogLevel.Information, (_, _, _) => !gate.HasFailed));
        });
        return builder;
    }

    // The host would take any "--word value" for a setting, so a slip of the keys would be a silent default.
    private static void CheckArguments(string[] args)
    {
        foreach (var argument in args.Where(argument => argument.StartsWith("--", StringComparison.Ordinal) && !argument.EndsWith('=')))
        {
            var name = argument[2..].Split('=')[0];
            if (!name.Contains(':', StringComparison.Ordinal) && !s_hostSettings.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw new StartupException(
                    ExitCodes.Configuration, $"There is no option --{name}: write --urls, --port, or a setting as --Section:Key value (see appsettings.example.json).");
            }
        }
    }

    // Kestrel says so too, but only after the database was set up, and with a stack trace.
    private static void CheckAddresses(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                if (BindingAddress.Parse(url) is { IsUnixPipe: false, Port: < 0 or > 65_535 })
                {
                    throw new FormatException("ports are 0 to 65535");
                }
            }
            catch (FormatException e)
            {
                throw new StartupException(ExitCodes.Configuration, $"'{url}' is no address to listen on ({e.Message}): write one such as {DefaultUrl}.");
            }
        }
    }

    // PORT wins over HTTP_PORTS: the latter is also what the base image of containers sets, before anybody is asked.
    private static void SetAddress(WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var port = configuration["PORT"];
        if (!string.IsNullOrEmpty(configuration["URLS"]) || (string.IsNullOrEmpty(port) && !string.IsNullOrEmpty(configuration["HTTP_PORTS"])))
        {
            return;
        }

        if (!string.IsNullOrEmpty(port) && !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new StartupException(ExitCodes.Configuration, $"PORT: '{port}' is no port: write a number from 1 to 65535.");
        }

        // Everybody may reach a console that asks who they are, once somebody has said so: passwords travel as they are over plain HTTP.
        var isOpen = configuration["Access:Mode"] is not { Length: > 0 } mode || string.Equals(mode, "Open", StringComparison.OrdinalIgnoreCase);
        builder.WebHost.UseUrls(string.IsNullOrEmpty(port) ? DefaultUrl : $"http://{(isOpen ? "127.0.0.1" : "0.0.0.0")}:{port}");

        // The server would warn about ports that count for nothing.
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, "");
    }

    /// <summary>Builds the application and checks its options before anything reads them. Throws <see cref="StartupException"/> listing all faults.</summary>
    public static WebApplication BuildConsole(this WebApplicationBuilder builder)
    {
        var app = builder.Build();
        OptionsFaults.ThrowIfAny(app.Services);
        return app;
    }

    /// <summary>
    /// Serves until told to stop and returns the exit code. Throws <see cref="StartupException"/> when starting is not possible,
    /// also when that turns out only while serving.
    /// </summary>
    public static async Task<int> RunConsoleAsync(this WebApplication app)
    {
        await using (app.ConfigureAwait(false))
        {
            var gate = app.Services.GetRequiredService<StartGate>();

            // Found now: tests that host the console dispose its services before it returns.
            var faults = app.Services.GetRequiredService<StartupFault>();
            try
            {
                await app.StartAsync().ConfigureAwait(false);
                gate.IsStarted = true;
            }
            catch (Exception e)
            {
                gate.HasFailed = true;

                // What did start, PostgreSQL above all, is stopped in order; what goes wrong in that follows from the first fault.
                await app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if ((faults.First ?? ExplainPort(e, app.Urls)) is { } fault)
                {
                    throw fault;
                }

                // Told to stop while starting: that is no failure.
                if (e is OperationCanceledException && app.Lifetime.ApplicationStopping.IsCancellationRequested)
                {
                    return ExitCodes.Success;
                }

                throw;
            }

            try
            {
                await app.WaitForShutdownAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync("Not everything had stopped within Storage:ShutdownTimeout; the rest was cut off.").ConfigureAwait(false);
            }

            return faults.First is { } late ? throw late : ExitCodes.Success;
        }
    }

    /// <summary>Kestrel wraps "in use" and leaves other refusals (a port below 1024, an address that is not ours) bare.</summary>
    private static StartupException? ExplainPort(Exception e, ICollection<string> urls) => e switch
    {
        IOException { InnerException: AddressInUseException } => new StartupException(
            ExitCodes.Port, $"{e.Message.TrimEnd('.')}: stop what uses it, or set another one with --urls or PORT."),
        SocketException => new StartupException(
            ExitCodes.Port, $"Cannot listen on {string.Join(", ", urls)}: {e.Message}. Set another address with --urls or PORT."),
        _ => null,
    };

    /// <summary>A start that fails is told in one sentence: the host would print its stack trace, and then good-byes for what never ran.</summary>
    private sealed class StartGate
    {
        public bool IsStarted { get; set; }

        public bool HasFailed { get; set; }
    }
}
