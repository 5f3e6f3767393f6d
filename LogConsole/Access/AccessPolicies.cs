using Microsoft.AspNetCore.Authorization;

namespace LogConsole.Access;

/// <summary>What a key may be allowed to do.</summary>
public static class AccessScopes
{
    public const string Ingest = "ingest";
    public const string Read = "read";
    /// <summary>Also acting on incidents: acknowledge, resolve, note.</summary>
    public const string Triage = "triage";

    /// <summary>Implies the others.</summary>
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [Ingest, Read, Triage, Admin];

    /// <summary>What is wrong with a list of scopes, to follow its name; null when nothing is.</summary>
    internal static string? FaultOf(IReadOnlyList<string> scopes) =>
        scopes.Count == 0 || scopes.Any(scope => !All.Contains(scope)) ? $"must name one or more of {string.Join(", ", All)}" : null;

    /// <summary>Splits a configured list at commas and blanks.</summary>
    public static IReadOnlyList<string> Parse(string? scopes) =>
        (scopes ?? "").ToLowerInvariant().Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>The policies endpoints ask for, each the scope of its name or admin.</summary>
public static class AccessPolicies
{
    public const string Ingest = "access:ingest";
    public const string Read = "access:read";
    /// <summary>Also acting on incidents: acknowledge, resolve, note.</summary>
    public const string Triage = "access:triage";
    public const string Admin = "access:admin";

    internal static void AddTo(AuthorizationOptions options)
    {
        options.AddPolicy(Ingest, Require(AccessScopes.Ingest));
        options.AddPolicy(Read, Require(AccessScopes.Read));
        options.AddPolicy(Triage, Require(AccessScopes.Triage));
        options.AddPolicy(Admin, Require(AccessScopes.Admin));

        // Whatever says nothing about access, pages included, asks for read.
        options.FallbackPolicy = options.DefaultPolicy = Require(AccessScopes.Read);
    }

    private static AuthorizationPolicy Require(string scope) => new AuthorizationPolicyBuilder()
        .RequireAuthenticatedUser()
        .RequireClaim(AccessUser.ScopeClaim, scope, AccessScopes.Admin)
        .Build();
}
