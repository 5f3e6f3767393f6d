namespace LogConsole;

/// <summary>Where the console finds its files and its settings, from whichever folder it is started.</summary>
internal static class ConsoleHost
{
    /// <summary>The address served when none is configured.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>
    /// A builder whose content root is the project folder under <c>dotnet run</c>, else the folder of the assembly,
    /// so that <c>dotnet /path/LogConsole.dll</c> works from any working directory, static files included.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var inProject = File.Exists(Path.Combine(Directory.GetCurrentDirectory(), "LogConsole.csproj"));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = Environment.GetEnvironmentVariable("ASPNETCORE_CONTENTROOT")
                ?? (inProject ? Directory.GetCurrentDirectory() : AppContext.BaseDirectory),
        });

        // The manifest beside the assembly says where built static files are; published consoles have none and need none.
        builder.WebHost.UseStaticWebAssets();
        if (builder.Configuration["URLS"] is null && builder.Configuration["HTTP_PORTS"] is null)
        {
            var port = builder.Configuration["PORT"];
            builder.WebHost.UseUrls(port is null ? DefaultUrl : $"http://0.0.0.0:{port}");
        }

        return builder;
    }
}
