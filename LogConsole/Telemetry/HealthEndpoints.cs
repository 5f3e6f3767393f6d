using System.Reflection;
using LogConsole.Access;
using LogConsole.Storage;
using Microsoft.AspNetCore.Authorization;

namespace LogConsole.Telemetry;

/// <summary>
/// <c>/alive</c>: the process runs. <c>/ready</c>: it can answer requests. <c>/health</c>: whether all works, ingest included, for everyone,
/// with version, dependencies and figures for those who may read.
/// </summary>
public static class HealthEndpoints
{
    /// <summary>The console's version, without the commit it was built of.</summary>
    internal static string Version { get; } =
        typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Maps all three, open to everyone: what needs a right to read is left out for those who have none.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/alive", () => Results.Json(new { status = "alive" })).AllowAnonymous();
        app.MapGet("/ready", Ready).AllowAnonymous();
        app.MapGet("/health", HealthAsync).AllowAnonymous();
    }

    private static IResult Ready(Database database)
    {
        var status = database.Status;
        return status.IsReady
            ? Results.Json(new { status = "ready" })
            : Results.Json(new { status = "waiting", reason = "the database is not there yet" }, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> HealthAsync(
        HttpContext context, IAuthorizationService authorization, Database database, HealthFigures figures, ProcessStart start, TimeProvider time)
    {
        var status = database.Status;
        var held = figures.Held() ?? (status.IsReady ? null : "the database is not there");
        var word = status.IsReady ? (held is null ? "healthy" : "degraded") : status.Condition == DatabaseCondition.Away ? "degraded" : "starting";
        var code = held is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        if (!(await authorization.AuthorizeAsync(context.User, AccessPolicies.Read).ConfigureAwait(false)).Succeeded)
        {
            return Results.Json(new { status = word }, statusCode: code);
        }

        return Results.Json(
            new Dictionary<string, object?>
            {
                ["status"] = word,
                ["version"] = Version,
                ["uptime_seconds"] = Math.Round((time.GetUtcNow() - start.At).TotalSeconds, 1),
                ["dependencies"] = new { database = new { status = status.Condition.ToString().ToLowerInvariant(), since = status.Since, reason = status.Reason } },
                ["ingest"] = new { status = held is null ? "open" : "held", reason = held },
                ["metrics"] = await figures.ReadAsync(context.RequestAborted).ConfigureAwait(false),
            },
            statusCode: code);
    }
}

/// <summary>When the process started.</summary>
public sealed record ProcessStart(DateTimeOffset At);

/// <summary>The figures of <c>/health</c> and <c>/api/metrics</c>; supplied by the rooms so that this floor knows none of them.</summary>
/// <param name="ReadAsync">Name (field's snake_case) → value; null where unknown. Does not throw when the database is away.</param>
public sealed record HealthFigures(Func<CancellationToken, Task<IReadOnlyDictionary<string, double?>>> ReadAsync, Func<string?> Held);
