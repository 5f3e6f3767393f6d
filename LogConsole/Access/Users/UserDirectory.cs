using LogConsole.Access.Auditing;

namespace LogConsole.Access.Users;

/// <summary>What came of a wish: a value, or one sentence that says why not.</summary>
internal sealed record Outcome<T>(T? Value, string? Fault)
{
    public static implicit operator Outcome<T>(T value) => new(value, null);
}

internal static class Outcome
{
    /// <summary>Why not.</summary>
    public static Outcome<T> Refused<T>(string fault) => new(default, fault);
}

/// <summary>The rules over users: the same for the pages and the command line. Every change is audited. Throws only what the database throws.</summary>
internal sealed class UserDirectory(UserStore users, AccessLinks links, SignInFailures failures, Passwords passwords, UserStates states, AuditLog audit)
{
    private const string NoSuchUser = "There is no such user.";
    private const string LastAdmin = "This is the only administrator who can sign in: make another one first.";

    /// <summary>All users by name, at most 2,000.</summary>
    public Task<IReadOnlyList<UserAccount>> ListAsync(CancellationToken cancellationToken) => users.ListAsync(cancellationToken);

    /// <summary>The user as of now; null when there is none.</summary>
    public Task<UserAccount?> FindAsync(int id, CancellationToken cancellationToken) => users.FindAsync(id, cancellationToken);

    /// <summary>The user of a name, as typed; null when there is none.</summary>
    public async Task<UserAccount?> FindAsync(string name, CancellationToken cancellationToken) =>
        UserName.Parse(name) is { } known && await users.FindAsync(known, cancellationToken).ConfigureAwait(false) is { } found ? found.User : null;

    /// <summary>Adds a user without a password, and returns the token of the link that sets one.</summary>
    public async Task<Outcome<string>> AddAsync(AuditActor actor, string name, AccessRole role, CancellationToken cancellationToken)
    {
        if (UserName.Parse(name) is not { } known)
        {
            return Outcome.Refused<string>(UserName.Rule);
        }

        var entry = new AuditEntry(actor, AuditActions.UserAdded, known, $"role {role}");
        return await users.AddAsync(known, role, null, onlyFirstAdmin: false, entry, cancellationToken).ConfigureAwait(false) is { } id
            ? await links.MakeAsync(id, cancellationToken).ConfigureAwait(false)
            : Outcome.Refused<string>($"There is a user {known} already.");
    }

    /// <summary>Makes a link that sets the user's password; earlier ones of the user end.</summary>
    public async Task<Outcome<string>> MakeLinkAsync(AuditActor actor, int id, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } user)
        {
            return Outcome.Refused<string>(NoSuchUser);
        }

        if (user.Disabled)
        {
            return Outcome.Refused<string>($"{user.Name} is disabled: enable first.");
        }

        await audit.WriteAsync(new AuditEntry(actor, AuditActions.LinkMade, user.Name), cancellationToken).ConfigureAwait(false);
        return await links.MakeAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives a role and ends the user's sessions. The fault, or null.</summary>
    public async Task<string?> SetRoleAsync(AuditActor actor, int id, AccessRole role, CancellationToken cancellationToken) =>
        await ChangeAsync(id, user => users.SetRoleAsync(id, role, new AuditEntry(actor, AuditActions.UserRole, user.Name, $"{user.Role} → {role}"), cancellationToken), LastAdmin, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Keeps a user out, at once, or lets one in again. The fault, or null.</summary>
    public async Task<string?> SetDisabledAsync(AuditActor actor, int id, bool disabled, CancellationToken cancellationToken) =>
        await ChangeAsync(
            id,
            user => users.SetDisabledAsync(id, disabled, new AuditEntry(actor, disabled ? AuditActions.UserDisabled : AuditActions.UserEnabled, user.Name), cancellationToken),
            LastAdmin,
            cancellationToken).ConfigureAwait(false);

    /// <summary>Ends all sessions of a user. The fault, or null.</summary>
    public async Task<string?> SignOutEverywhereAsync(AuditActor actor, int id, CancellationToken cancellationToken) =>
        await ChangeAsync(id, user => users.NewStampAsync(id, new AuditEntry(actor, AuditActions.SignedOutEverywhere, user.Name), cancellationToken), NoSuchUser, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Keeps how a user wants times and colours. The fault, or null.</summary>
    /// <param name="timeZone">An IANA name; null for the browser's.</param>
    /// <param name="theme"><c>dark</c> or <c>light</c>; null for the browser's.</param>
    public async Task<string?> SetPreferencesAsync(AuditActor actor, int id, string? timeZone, string? theme, CancellationToken cancellationToken)
    {
        if (timeZone is not null && !(timeZone.Length <= 64 && TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out _)))
        {
            return "This time zone is not known here: write an IANA name such as Europe/Berlin.";
        }

        if (theme is not (null or "dark" or "light"))
        {
            return "The theme is dark, light or the browser's.";
        }

        var entry = new AuditEntry(actor, AuditActions.Preferences, Details: $"time zone {timeZone ?? "of the browser"}, theme {theme ?? "of the browser"}");
        return await ChangeAsync(id, _ => users.SetPreferencesAsync(id, timeZone, theme, entry, cancellationToken), NoSuchUser, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sets a user's own new password, which needs the present one, and ends all sessions. The fault, or null.</summary>
    public async Task<string?> ChangePasswordAsync(AuditActor actor, int id, string present, string next, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } user
            || await users.FindAsync(user.Name, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return NoSuchUser;
        }

        // Somebody at an open screen guesses no more often than at the door.
        var tries = await failures.CountAsync(user.Name, cancellationToken).ConfigureAwait(false);
        var (matches, _) = await passwords.VerifyAsync(found.PasswordHash, present, cancellationToken).ConfigureAwait(false);
        if (!matches || !failures.MayTry(tries))
        {
            await audit.WriteAsync(new AuditEntry(actor, AuditActions.SignInFailed, user.Name, "present password wrong"), cancellationToken).ConfigureAwait(false);
            return "The present password is wrong. After several tries it is locked for a while.";
        }

        await failures.ForgetAsync(user.Name, cancellationToken).ConfigureAwait(false);
        return PasswordRules.FaultOf(next, user.Name) ?? await SetPasswordAsync(actor, user, next, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>For whom a link's token works: the name, or null for the first administrator. Null when it does not work (any more).</summary>
    public async Task<LinkOwner?> FindLinkAsync(string token, CancellationToken cancellationToken)
    {
        var (works, userId) = await links.FindAsync(token, cancellationToken).ConfigureAwait(false);
        if (!works)
        {
            return null;
        }

        if (userId is not { } id)
        {
            return await users.AnyAdminAsync(cancellationToken).ConfigureAwait(false) ? null : new LinkOwner(null);
        }

        return await users.FindAsync(id, cancellationToken).ConfigureAwait(false) is { Disabled: false } user ? new LinkOwner(user) : null;
    }

    /// <summary>Uses a link up: makes the first administrator of <paramref name="name"/>, or sets the password of the link's user.</summary>
    public async Task<Outcome<UserAccount>> RedeemAsync(string token, string name, string password, string? address, CancellationToken cancellationToken)
    {
        const string ended = "This link works no more.";
        if (await FindLinkAsync(token, cancellationToken).ConfigureAwait(false) is not { } owner)
        {
            return Outcome.Refused<UserAccount>(ended);
        }

        var known = owner.User?.Name ?? UserName.Parse(name);
        if ((known is null ? UserName.Rule : PasswordRules.FaultOf(password, known)) is { } fault)
        {
            // The link is not used up by a slip.
            return Outcome.Refused<UserAccount>(fault);
        }

        if (owner.User is null && await users.FindAsync(known!, cancellationToken).ConfigureAwait(false) is not null)
        {
            return Outcome.Refused<UserAccount>($"There is a user {known} already: choose another name.");
        }

        if (!await links.UseAsync(token, cancellationToken).ConfigureAwait(false))
        {
            return Outcome.Refused<UserAccount>(ended);
        }

        var actor = new AuditActor(known!, address);
        if (owner.User is { } user)
        {
            return await SetPasswordAsync(actor, user, password, cancellationToken).ConfigureAwait(false) is { } refused
                ? Outcome.Refused<UserAccount>(refused)
                : (await users.FindAsync(user.Id, cancellationToken).ConfigureAwait(false))!;
        }

        var hash = await passwords.HashAsync(password, cancellationToken).ConfigureAwait(false);
        var entry = new AuditEntry(actor, AuditActions.UserAdded, known, "role Admin, by the link printed at start");
        var id = await users.AddAsync(known!, AccessRole.Admin, hash, onlyFirstAdmin: true, entry, cancellationToken).ConfigureAwait(false);
        await links.EndFirstAdminLinksAsync(cancellationToken).ConfigureAwait(false);
        return id is null ? Outcome.Refused<UserAccount>(ended) : (await users.FindAsync(id.Value, cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>A link that makes the first administrator; null when there is an administrator.</summary>
    public async Task<string?> MakeFirstAdminLinkAsync(CancellationToken cancellationToken) =>
        await users.AnyAdminAsync(cancellationToken).ConfigureAwait(false) ? null : await links.MakeAsync(null, cancellationToken).ConfigureAwait(false);

    private async Task<string?> SetPasswordAsync(AuditActor actor, UserAccount user, string password, CancellationToken cancellationToken)
    {
        var hash = await passwords.HashAsync(password, cancellationToken).ConfigureAwait(false);
        var fault = await ChangeAsync(
            user.Id,
            _ => users.SetPasswordAsync(user.Id, hash, new AuditEntry(actor, AuditActions.PasswordSet, user.Name), cancellationToken),
            $"{user.Name} is disabled.",
            cancellationToken).ConfigureAwait(false);
        await failures.ForgetAsync(user.Name, cancellationToken).ConfigureAwait(false);
        return fault;
    }

    private async Task<string?> ChangeAsync(int id, Func<UserAccount, Task<bool>> change, string refusal, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } user)
        {
            return NoSuchUser;
        }

        var done = await change(user).ConfigureAwait(false);
        states.Forget(id);
        return done ? null : refusal;
    }
}

/// <summary>For whom a link works.</summary>
/// <param name="User">Null: the first administrator.</param>
internal sealed record LinkOwner(UserAccount? User);
