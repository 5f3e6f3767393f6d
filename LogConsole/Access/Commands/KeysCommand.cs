using System.CommandLine;
using LogConsole.Access.Keys;

namespace LogConsole.Access.Commands;

/// <summary><c>keys add|list|revoke</c>.</summary>
internal static class KeysCommand
{
    private const int MostDays = 36_500;

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The key's name: shown in sources and the audit." };
        var scopes = new Option<string>("--scopes") { Description = $"What it may: {string.Join(", ", AccessScopes.All)}, separated by commas.", HelpName = "SCOPES", DefaultValueFactory = _ => AccessScopes.Ingest };
        var days = new Option<int>("--days") { Description = "Days until it ends by itself; 0 is never.", HelpName = "N" };
        days.Validators.Add(result =>
        {
            if (result.GetValue(days) is < 0 or > MostDays)
            {
                result.AddError($"--days must be from 0 to {MostDays}.");
            }
        });
        return new Command("keys", "The API keys of programs.")
        {
            AccessCommands.Create("list", "All keys, without their secrets.", (_, services, output, cancellation) => ListAsync(services, output, cancellation), mayMakeDatabase: false),
            AccessCommands.Create(
                "add",
                "Makes a key and prints it; only its hash is kept.",
                (parsed, services, output, cancellation) => AddAsync(
                    services, output, parsed.GetValue(name)!, AccessScopes.Parse(parsed.GetValue(scopes)), parsed.GetValue(days), cancellation),
                mayMakeDatabase: true,
                name,
                scopes,
                days),
            AccessCommands.Create(
                "revoke",
                "Ends a key; a console that is running follows within seconds.",
                (parsed, services, _, cancellation) => Keys(services).RevokeAsync(AccessCommands.Actor, parsed.GetValue(name)!, cancellation),
                mayMakeDatabase: false,
                name),
        };
    }

    private static ApiKeyDirectory Keys(IServiceProvider services) => services.GetRequiredService<ApiKeyDirectory>();

    private static async Task<string?> AddAsync(
        IServiceProvider services, TextWriter output, string name, IReadOnlyList<string> scopes, int days, CancellationToken cancellationToken)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var made = await Keys(services).AddAsync(AccessCommands.Actor, name, scopes, days > 0 ? now.AddDays(days) : null, now, cancellationToken).ConfigureAwait(false);
        if (made.Value is { } key)
        {
            await output.WriteLineAsync(key).ConfigureAwait(false);
        }

        return made.Fault;
    }

    private static async Task<string?> ListAsync(IServiceProvider services, TextWriter output, CancellationToken cancellationToken)
    {
        var keys = await Keys(services).ListAsync(cancellationToken).ConfigureAwait(false);
        await AccessCommands.WriteTableAsync(
            output,
            [
                ["NAME", "KEY", "SCOPES", "MADE BY", "EXPIRES", "LAST USED", "STATE"],
                .. Keys(services).Configured.Select(key => new[] { key.Name, "-", string.Join(',', key.Scopes), "configuration", "-", "-", "works" }),
                .. keys.Select(key => new[]
                {
                    key.Name, $"lc_{key.Lookup}_…", string.Join(',', key.Scopes), key.CreatedBy, AccessCommands.When(key.ExpiresAt), AccessCommands.When(key.LastUsedAt),
                    key.RevokedAt is { } revoked ? $"revoked {AccessCommands.When(revoked)}" : "works",
                }),
            ]).ConfigureAwait(false);
        return null;
    }
}
