using System.Security.Claims;
using LogConsole.Access.Keys;
using LogConsole.Access.Users;
using Microsoft.Extensions.Options;

namespace LogConsole.Access;

/// <summary>Whether somebody who came in may still be here: asked with every request, and of every circuit at least once a minute.</summary>
internal sealed class PrincipalCheck(UserStates users, ApiKeys keys, IOptions<AccessOptions> options)
{
    /// <summary>The account behind a cookie; null when it is gone, disabled, or was changed since the cookie was given.</summary>
    public async ValueTask<UserAccount?> FindAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) =>
        AccessUser.IsSignedIn(principal) && AccessUser.IdOf(principal) is { } id
            && await users.FindAsync(id, cancellationToken).ConfigureAwait(false) is { Disabled: false } user
            && user.SecurityStamp.ToString() == AccessUser.StampOf(principal)
            ? user
            : null;

    /// <summary>Whether the principal is still who it was, with the rights it had.</summary>
    public async ValueTask<bool> IsCurrentAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) => principal.Identity?.AuthenticationType switch
    {
        OpenHandler.SchemeName => options.Value.Mode == AccessMode.Open,
        ApiKeyHandler.SchemeName => await keys.IsCurrentAsync(AccessUser.NameOf(principal), AccessUser.StampOf(principal), cancellationToken).ConfigureAwait(false),
        _ => await FindAsync(principal, cancellationToken).ConfigureAwait(false) is not null,
    };
}
