using LogConsole.Access;
using LogConsole.Access.Users;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace LogConsole.Components.Pages;

/// <summary>What people set for themselves: zone, theme, password, sessions. Empty in mode <see cref="AccessMode.Open"/>, which knows no people.</summary>
public sealed partial class SettingsYou
{
    private const string Everywhere = "everywhere";

    private static readonly string[] s_zones =
        [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => id.Contains('/', StringComparison.Ordinal)).Append("UTC").Order(StringComparer.Ordinal)];

    private UserAccount? _user;
    private string _zone = "";
    private string _theme = "";
    private string _present = "";
    private string _next = "";
    private string _again = "";

    [Inject]
    private UserDirectory Users { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        if (AccessUser.IdOf((await Authentication).User) is not null)
        {
            await ActAsync(
                AccessPolicies.Read,
                async (_, id) =>
                {
                    _user = await Users.FindAsync(id!.Value, CancellationToken.None);
                    (_zone, _theme) = (_user?.TimeZone ?? "", _user?.Theme ?? "");
                    return null;
                },
                null);
        }
    }

    private async Task SavePreferencesAsync()
    {
        var (zone, theme) = (NullIfEmpty(_zone.Trim()), NullIfEmpty(_theme));
        if (await ActAsync(AccessPolicies.Read, (actor, id) => Users.SetPreferencesAsync(actor, id!.Value, zone, theme, CancellationToken.None), "Saved."))
        {
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", "/" + Assets["js/logconsole.js"]);
            View.SetZone(await module.InvokeAsync<string>("applyPreferences", theme, zone));
        }
    }

    private async Task ChangePasswordAsync()
    {
        var (present, next, again) = (_present, _next, _again);
        (_present, _next, _again) = ("", "", "");
        if (await ActAsync(
            AccessPolicies.Read,
            async (actor, id) => next == again
                ? await Users.ChangePasswordAsync(actor, id!.Value, present, next, CancellationToken.None)
                : "The two new passwords are not the same.",
            "Changed: sign in with it."))
        {
            SignInAgain();
        }
    }

    private async Task SignOutEverywhereAsync()
    {
        if (IsConfirmed(Everywhere)
            && await ActAsync(AccessPolicies.Read, (actor, id) => Users.SignOutEverywhereAsync(actor, id!.Value, CancellationToken.None), "Signed out everywhere."))
        {
            SignInAgain();
        }
    }

    private void SignInAgain() => Navigation.NavigateTo(SignInEndpoints.Path + "?returnUrl=/settings", forceLoad: true);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
