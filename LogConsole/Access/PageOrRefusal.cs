using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Components.Endpoints;

namespace LogConsole.Access;

/// <summary>
/// A browser that asks for a page its user's role does not show gets the console's frame with status 403, which says so in the page's place:
/// the page itself asks for the role again and is not drawn. Everything else is refused or challenged by its scheme.
/// </summary>
internal sealed class PageOrRefusal : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _others = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Forbidden || !AccessUser.IsSignedIn(context.User) || !CookieSetup.AsksForPage(context.Request)
            || context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is null)
        {
            return _others.HandleAsync(next, context, policy, authorizeResult);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return next(context);
    }
}
