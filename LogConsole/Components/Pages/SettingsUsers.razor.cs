using LogConsole.Access;
using LogConsole.Access.Users;
using Microsoft.AspNetCore.Components;

namespace LogConsole.Components.Pages;

/// <summary>The people who may sign in; for administrators.</summary>
public sealed partial class SettingsUsers
{
    private IReadOnlyList<UserAccount>? _users;
    private string _name = "";
    private AccessRole _role = AccessRole.Viewer;
    private string? _link;
    private string? _linkFor;

    [Inject]
    private UserDirectory Users { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc/>
    protected override Task OnInitializedAsync() => ReadAsync(null);

    private string StateOf(UserAccount user) => user.StateAt(Time.GetUtcNow(), until => When(until));

    private async Task AddAsync()
    {
        var (name, role) = (_name, _role);
        if (await ShowLinkAsync(name, (actor, _) => Users.AddAsync(actor, name, role, CancellationToken.None), $"Added {name.Trim()}."))
        {
            _name = "";
        }
    }

    private Task<bool> MakeLinkAsync(UserAccount user) =>
        ShowLinkAsync(user.Name, (actor, _) => Users.MakeLinkAsync(actor, user.Id, CancellationToken.None), $"A new link for {user.Name}.");

    private async Task<bool> ShowLinkAsync(string name, Func<Access.Auditing.AuditActor, int?, Task<Outcome<string>>> make, string done)
    {
        _link = null;
        return await ActAsync(
            AccessPolicies.Admin,
            async (actor, id) =>
            {
                var made = await make(actor, id);
                (_link, _linkFor) = (made.Value is { } token ? AccessLinks.UrlOf(Navigation.BaseUri, token) : null, name.Trim());
                return made.Fault;
            },
            done) && await ReadAsync(done);
    }

    private async Task SetRoleAsync(UserAccount user, ChangeEventArgs change)
    {
        if (Enum.TryParse<AccessRole>(change.Value as string, out var role) && Enum.IsDefined(role))
        {
            var done = $"{user.Name} is {role} now, and must sign in again.";
            await ActAsync(AccessPolicies.Admin, (actor, _) => Users.SetRoleAsync(actor, user.Id, role, CancellationToken.None), done);
            await ReadAsync(done);
        }
    }

    private async Task SetDisabledAsync(UserAccount user)
    {
        if (user.Disabled || IsConfirmed(user.Name))
        {
            var done = user.Disabled ? $"{user.Name} may sign in again." : $"{user.Name} is out.";
            await ActAsync(AccessPolicies.Admin, (actor, _) => Users.SetDisabledAsync(actor, user.Id, !user.Disabled, CancellationToken.None), done);
            await ReadAsync(done);
        }
    }

    private Task<bool> SignOutAsync(UserAccount user) => ActAsync(
        AccessPolicies.Admin, (actor, _) => Users.SignOutEverywhereAsync(actor, user.Id, CancellationToken.None), $"{user.Name} was signed out everywhere.");

    // What an action said stays said.
    private async Task<bool> ReadAsync(string? done)
    {
        if (Fault is { } fault)
        {
            await ActAsync(AccessPolicies.Admin, async (_, _) => { _users = await Users.ListAsync(CancellationToken.None); return fault; }, null);
            return false;
        }

        return await ActAsync(AccessPolicies.Admin, async (_, _) => { _users = await Users.ListAsync(CancellationToken.None); return null; }, done);
    }
}
