using System.Security.Claims;
using LogConsole.Access;
using LogConsole.Access.Auditing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;

namespace LogConsole.Components;

/// <summary>Who acts on a page, asked anew with every action: an open page may be older than the rights of who sits before it. Scoped: one per circuit.</summary>
internal sealed class CircuitActor(AuthenticationStateProvider authentication, IAuthorizationService authorization, PrincipalCheck check)
{
    /// <summary>Where the browser is; set when the circuit is made.</summary>
    public string? Address { get; set; }

    /// <summary>The person, when still allowed here; null when not, and then nothing may be done.</summary>
    /// <param name="policy">What the action needs.</param>
    public async Task<(ClaimsPrincipal User, AuditActor Actor)?> FindAsync(string policy)
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        return (await authorization.AuthorizeAsync(user, policy)).Succeeded && await check.IsCurrentAsync(user, CancellationToken.None)
            ? (user, new AuditActor(AccessUser.NameOf(user), Address))
            : null;
    }
}
