using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;

namespace LogConsole.Access;

/// <summary>What a key may be allowed to do.</summary>
public static class AccessScopes
{
    public const string Ingest = "ingest";
    public const string Read = "read";
    public const string Triage = "triage";

    /// <summary>Implies the others.</summary>
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [Ingest, Read, Triage, Admin];

    /// <summary>Splits a configured list at commas and blanks.</summary>
    public static IReadOnlyList<string> Parse(string? scopes) =>
        (scopes ?? "").ToLowerInvariant().Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>The policies endpoints ask for, each the scope of its name or admin.</summary>
public static class AccessPolicies
{
    public const string Ingest = "access:ingest";
    public const string Read = "access:read";
    public const string Triage = "access:triage";
    public const string Admin = "access:admin";

    /// <summary>Acting on incidents: acknowledge, resolve, note. Asks for <see cref="Triage"/>'s scope.</summary>
    public const string Operate = "access:operate";

    internal static void AddTo(AuthorizationOptions options)
    {
        options.AddPolicy(Ingest, Require(AccessScopes.Ingest));
        options.AddPolicy(Read, Require(AccessScopes.Read));
        options.AddPolicy(Triage, Require(AccessScopes.Triage));
        options.AddPolicy(Operate, Require(AccessScopes.Triage));
        options.AddPolicy(Admin, Require(AccessScopes.Admin));

        // Whatever says nothing about access, pages included, asks for read.
        options.FallbackPolicy = options.DefaultPolicy = Require(AccessScopes.Read);
    }

    private static AuthorizationPolicy Require(string scope) => new AuthorizationPolicyBuilder()
        .RequireAuthenticatedUser()
        .RequireClaim(AccessUser.ScopeClaim, scope, AccessScopes.Admin)
        .Build();
}

/// <summary>The user behind a request.</summary>
public static class AccessUser
{
    /// <summary>The name of everyone in mode <see cref="AccessMode.Open"/>.</summary>
    public const string Local = "local";

    internal const string ScopeClaim = "scope";

    /// <summary>The key's name, or <see cref="Local"/>.</summary>
    public static string NameOf(ClaimsPrincipal user) => user.Identity?.Name ?? Local;

    /// <summary>Whether it is a browser's cookie that says who this is, which a page elsewhere can make a browser send.</summary>
    internal static bool IsSignedIn(ClaimsPrincipal user) => user.Identity?.AuthenticationType == CookieAuthenticationDefaults.AuthenticationScheme;

    internal static ClaimsPrincipal Create(string scheme, string name, IEnumerable<string> scopes) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name), .. scopes.Select(scope => new Claim(ScopeClaim, scope))], scheme));
}
