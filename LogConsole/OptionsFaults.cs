using Microsoft.Extensions.Options;

namespace LogConsole;

/// <summary>Registration and checking of the rooms' options: one way for all, so that all faults can be told at once.</summary>
public static class OptionsFaults
{
    /// <summary>
    /// Binds a room's options to a section. At start values, unknown keys, data annotations (nested classes, lists and dictionaries included)
    /// and every registered <see cref="IValidateOptions{T}"/> are checked.
    /// </summary>
    public static OptionsBuilder<T> AddConsoleOptions<T>(this IHostApplicationBuilder builder, string section)
        where T : class, new()
    {
        builder.Services.AddSingleton<IOptionsCheck>(services => new OptionsCheck<T>(
            services.GetRequiredService<IConfiguration>().GetSection(section), services.GetServices<IValidateOptions<T>>()));
        return builder.Services.AddOptions<T>().BindConfiguration(section);
    }

    /// <summary>Throws <see cref="StartupException"/> (<see cref="ExitCodes.Configuration"/>) that lists every fault of every section.</summary>
    public static void ThrowIfAny(IServiceProvider services)
    {
        var checks = services.GetServices<IOptionsCheck>().ToList();
        var misspelt = SectionNames.Faults(services.GetRequiredService<IConfiguration>(), checks.Select(check => check.Section));
        var faults = checks.SelectMany(check => check.Faults()).Concat(misspelt).Distinct().ToList();
        if (faults.Count > 0)
        {
            var heading = faults.Count == 1 ? "A setting is wrong:" : $"{faults.Count} settings are wrong:";
            throw new StartupException(ExitCodes.Configuration, string.Join(Environment.NewLine, [heading, .. faults.Select(fault => "  " + fault)]));
        }
    }
}

/// <summary>Checks one section.</summary>
internal interface IOptionsCheck
{
    /// <summary>The section's path.</summary>
    string Section { get; }

    /// <summary>One sentence a fault, each beginning with the exact key to set; empty when all is well.</summary>
    IEnumerable<string> Faults();
}
