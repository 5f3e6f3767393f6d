using Microsoft.AspNetCore.Authorization;

namespace LogConsole.Access.Auditing;

/// <summary>
/// Writes down every request that changes something and that only administrators may make, whichever room maps it: who, from where, what,
/// and how it ended; also when it was refused to somebody who is known. Runs after authentication and before authorization.
/// </summary>
internal sealed class AuditRequests(RequestDelegate next, AuditLog audit, ILogger<AuditRequests> logger)
{
    private static readonly object s_details = new();

    /// <summary>An endpoint's words on what was asked of it, to stand beside how that ended. No secret.</summary>
    public static void Tell(HttpContext context, string asked) => context.Items[s_details] = asked;

    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsAdministration(context))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context).ConfigureAwait(false);
            status = context.Response.StatusCode;
        }
        finally
        {
            await WriteAsync(context, status).ConfigureAwait(false);
        }
    }

    private static bool IsAdministration(HttpContext context) =>
        context.User.Identity is { IsAuthenticated: true }
        && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !HttpMethods.IsOptions(context.Request.Method)
        && context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(data => data.Policy == AccessPolicies.Admin) == true;

    private async Task WriteAsync(HttpContext context, int status)
    {
        var actor = AuditActor.Of(context);
        var target = $"{context.Request.Method} {context.Request.Path}";
        var action = status == StatusCodes.Status403Forbidden ? AuditActions.RequestDenied : AuditActions.Request;
        var details = context.Items[s_details] is string { Length: > 0 } asked ? $"{asked}; answered {status}" : $"answered {status}";
        try
        {
            // What was done is written down even when the sender did not wait for the answer.
            await audit.WriteAsync(new AuditEntry(actor, action, target, details), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The edge of the request: the answer stands, and the console's own log keeps what the audit could not.
            logger.NotAudited(e, actor.Name, target);
        }
    }
}
