namespace LogConsole.Access.Auditing;

/// <summary>Who does something, and from where.</summary>
/// <param name="Name">A user's or key's name, or <c>cli:ACCOUNT</c>.</param>
/// <param name="Address">The network address; null for this machine's own command line.</param>
public sealed record AuditActor(string Name, string? Address)
{
    /// <summary>The actor of a request.</summary>
    public static AuditActor Of(HttpContext context) => new(AccessUser.NameOf(context.User), AddressOf(context));

    /// <summary>The sender's address, as the proxies we trust told it.</summary>
    public static string? AddressOf(HttpContext context) => context.Connection.RemoteIpAddress is { } address
        ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
        : null;
}

/// <summary>One thing somebody did. Holds no secret: no password, key, token or hash.</summary>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
/// <param name="Target">What it was done to; null when that is the actor.</param>
/// <param name="Details">What changed, in words.</param>
public sealed record AuditEntry(AuditActor Actor, string Action, string? Target = null, string? Details = null);

/// <summary>An entry as stored.</summary>
/// <param name="Id">Grows; pages go by it.</param>
public sealed record AuditEvent(long Id, DateTimeOffset At, string Actor, string? Address, string Action, string? Target, string? Details);

/// <summary>The kinds of entries.</summary>
public static class AuditActions
{
    public const string SignedIn = "sign-in";
    public const string SignInFailed = "sign-in.failed";
    public const string SignInLocked = "sign-in.locked";
    public const string SignedOut = "sign-out";
    public const string SignedOutEverywhere = "sign-out.everywhere";
    public const string UserAdded = "user.added";
    public const string UserRole = "user.role";
    public const string UserDisabled = "user.disabled";
    public const string UserEnabled = "user.enabled";
    public const string LinkMade = "user.link";
    public const string PasswordSet = "user.password";
    public const string Preferences = "user.preferences";
    public const string KeyAdded = "key.added";
    public const string KeyRevoked = "key.revoked";
    public const string DeadLettersReplayed = "dead-letters.replayed";
    public const string DemoStarted = "demo.started";
    public const string DemoStopped = "demo.stopped";
    public const string DemoTuned = "demo.tuned";
    public const string DemoCleared = "demo.cleared";
    public const string Request = "request";
    public const string RequestDenied = "request.denied";

    /// <summary>All of them, for the filter.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        SignedIn, SignInFailed, SignInLocked, SignedOut, SignedOutEverywhere, UserAdded, UserRole, UserDisabled, UserEnabled, LinkMade, PasswordSet, Preferences,
        KeyAdded, KeyRevoked, DeadLettersReplayed, DemoStarted, DemoStopped, DemoTuned, DemoCleared, Request, RequestDenied,
    ];
}
