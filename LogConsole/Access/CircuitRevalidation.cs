using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Options;

namespace LogConsole.Access;

/// <summary>Ends what a circuit shows when its user was disabled, got another role or password, or was signed out everywhere.</summary>
internal sealed class CircuitRevalidation(PrincipalCheck check, IOptions<AccessOptions> options, ILoggerFactory loggers)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => options.Value.RevalidateEvery;

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        await check.IsCurrentAsync(authenticationState.User, cancellationToken).ConfigureAwait(false);
}
