using System.Globalization;
using System.Security.Claims;
using LogConsole.Access.Keys;
using LogConsole.Access.Users;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace LogConsole.Access;

/// <summary>The user behind a request or a circuit.</summary>
public static class AccessUser
{
    /// <summary>The name of everyone in mode <see cref="AccessMode.Open"/>.</summary>
    public const string Local = "local";

    internal const string ScopeClaim = "scope";

    // Of people: the stamp of the account. Of programs: the fingerprint of the key.
    private const string StampClaim = "stamp";

    /// <summary>The user's or key's name, or <see cref="Local"/>.</summary>
    public static string NameOf(ClaimsPrincipal user) => user.Identity?.Name ?? Local;

    /// <summary>The number of the person's account; null for programs and in mode <see cref="AccessMode.Open"/>.</summary>
    public static int? IdOf(ClaimsPrincipal user) =>
        int.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>Whether it is a browser's cookie that says who this is, which a page elsewhere can make a browser send.</summary>
    internal static bool IsSignedIn(ClaimsPrincipal user) => user.Identity?.AuthenticationType == CookieAuthenticationDefaults.AuthenticationScheme;

    internal static string StampOf(ClaimsPrincipal user) => user.FindFirstValue(StampClaim) ?? "";

    internal static ClaimsPrincipal Everyone() => Create(OpenHandler.SchemeName, Local, [AccessScopes.Admin], []);

    internal static ClaimsPrincipal Of(ApiKey key) => Create(ApiKeyHandler.SchemeName, key.Name, key.Scopes, [new Claim(StampClaim, key.Fingerprint)]);

    internal static ClaimsPrincipal Of(UserAccount user) => Create(
        CookieAuthenticationDefaults.AuthenticationScheme,
        user.Name,
        AccessRoles.ScopesOf(user.Role),
        [
            new Claim(ClaimTypes.NameIdentifier, user.Id.ToString(CultureInfo.InvariantCulture)),
            new Claim(ClaimTypes.Role, user.Role.ToString()),
            new Claim(StampClaim, user.SecurityStamp.ToString()),
        ]);

    private static ClaimsPrincipal Create(string scheme, string name, IEnumerable<string> scopes, IEnumerable<Claim> claims) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name), .. scopes.Select(scope => new Claim(ScopeClaim, scope)), .. claims], scheme));
}
