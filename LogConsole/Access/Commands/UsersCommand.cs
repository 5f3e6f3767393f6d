using System.CommandLine;
using LogConsole.Access.Users;
using Microsoft.Extensions.Options;

namespace LogConsole.Access.Commands;

/// <summary><c>users add|list|role|disable|enable|reset-password</c>.</summary>
internal static class UsersCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The user." };
        var role = new Argument<AccessRole>("ROLE") { Description = "Viewer, Support, Engineer or Admin.", HelpName = "ROLE" };
        var roleOption = new Option<AccessRole>("--role") { Description = "Viewer, Support, Engineer or Admin.", HelpName = "ROLE", DefaultValueFactory = _ => AccessRole.Viewer };
        return new Command("users", "The people who may sign in.")
        {
            AccessCommands.Create("list", "All users.", (_, services, output, cancellation) => ListAsync(services, output, cancellation), mayMakeDatabase: false),
            AccessCommands.Create(
                "add",
                "Adds a user and prints the link that sets the password.",
                async (parsed, services, output, cancellation) => await PrintLinkAsync(
                    services, output, await Users(services).AddAsync(AccessCommands.Actor, parsed.GetValue(name)!, parsed.GetValue(roleOption), cancellation).ConfigureAwait(false)).ConfigureAwait(false),
                mayMakeDatabase: true,
                name,
                roleOption),
            AccessCommands.Create(
                "role",
                "Gives a user another role, and ends the user's sessions.",
                (parsed, services, _, cancellation) => WithUserAsync(
                    services, parsed.GetValue(name)!, user => Users(services).SetRoleAsync(AccessCommands.Actor, user.Id, parsed.GetValue(role), cancellation), cancellation),
                mayMakeDatabase: false,
                name,
                role),
            AccessCommands.Create("disable", "Keeps a user out, and ends the user's sessions.", (parsed, services, _, cancellation) => DisableAsync(services, parsed.GetValue(name)!, true, cancellation), mayMakeDatabase: false, name),
            AccessCommands.Create("enable", "Lets a user in again.", (parsed, services, _, cancellation) => DisableAsync(services, parsed.GetValue(name)!, false, cancellation), mayMakeDatabase: false, name),
            AccessCommands.Create(
                "reset-password",
                "Prints a link that sets a new password, and ends a lock after wrong ones when it is used.",
                (parsed, services, output, cancellation) => WithUserAsync(
                    services,
                    parsed.GetValue(name)!,
                    async user => await PrintLinkAsync(
                        services, output, await Users(services).MakeLinkAsync(AccessCommands.Actor, user.Id, cancellation).ConfigureAwait(false)).ConfigureAwait(false),
                    cancellation),
                mayMakeDatabase: false,
                name),
        };
    }

    private static UserDirectory Users(IServiceProvider services) => services.GetRequiredService<UserDirectory>();

    private static async Task<string?> ListAsync(IServiceProvider services, TextWriter output, CancellationToken cancellationToken)
    {
        var users = await Users(services).ListAsync(cancellationToken).ConfigureAwait(false);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        await AccessCommands.WriteTableAsync(
            output,
            [
                ["NAME", "ROLE", "STATE", "LAST SIGN-IN"],
                .. users.Select(user => new[]
                {
                    user.Name, user.Role.ToString(), user.StateAt(now, until => AccessCommands.When(until)), AccessCommands.When(user.SignedInAt),
                }),
            ]).ConfigureAwait(false);
        return null;
    }

    private static Task<string?> DisableAsync(IServiceProvider services, string name, bool disabled, CancellationToken cancellationToken) =>
        WithUserAsync(services, name, user => Users(services).SetDisabledAsync(AccessCommands.Actor, user.Id, disabled, cancellationToken), cancellationToken);

    private static async Task<string?> WithUserAsync(IServiceProvider services, string name, Func<UserAccount, Task<string?>> act, CancellationToken cancellationToken) =>
        await Users(services).FindAsync(name, cancellationToken).ConfigureAwait(false) is { } user
            ? await act(user).ConfigureAwait(false)
            : $"There is no user {name}.";

    private static async Task<string?> PrintLinkAsync(IServiceProvider services, TextWriter output, Outcome<string> made)
    {
        if (made.Value is { } token)
        {
            var address = services.GetRequiredService<IOptions<AccessOptions>>().Value.PublicUrl;
            await output.WriteLineAsync(AccessLinks.UrlOf(address is { Length: > 0 } ? address : null, token)).ConfigureAwait(false);
            await Console.Error.WriteLineAsync(
                $"Whoever opens this link within {AccessLinks.UserLifetime.TotalHours:0} h chooses the password; it works once."
                + (address is { Length: > 0 } ? "" : $" Put the console's own address in front of {AccessLinks.Path}, or set {AccessOptions.Section}:PublicUrl.")).ConfigureAwait(false);
        }

        return made.Fault;
    }
}
