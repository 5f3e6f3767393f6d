using LogConsole.Access.Auditing;

namespace LogConsole.Access.Users;

/// <summary>Checks names and passwords. Whatever is wrong, the answer is the same and takes the same steps.</summary>
internal sealed class SignIns(UserStore users, SignInFailures failures, Passwords passwords, AuditLog audit)
{
    /// <summary>Shown for everything that is wrong.</summary>
    public const string Refusal = "Name or password is wrong. After several tries a name is locked for a while.";

    // What is typed into the field of the name may be the password: it is not written down.
    private const string UnknownName = "(unknown name)";

    /// <summary>The user, when name and password are right, the name is not locked and the user not disabled.</summary>
    /// <param name="typedName">As typed.</param>
    /// <param name="address">Where the request came from.</param>
    public async Task<UserAccount?> SignInAsync(string typedName, string password, string? address, CancellationToken cancellationToken)
    {
        // Nobody is called by a name that breaks the rule, nor by none; it is counted and looked for all the same.
        var known = UserName.Parse(typedName);
        var key = known ?? typedName;
        var tries = await failures.CountAsync(key, cancellationToken).ConfigureAwait(false);
        var found = await users.FindAsync(known ?? "", cancellationToken).ConfigureAwait(false);
        var (matches, outdated) = await passwords.VerifyAsync(found?.PasswordHash, password, cancellationToken).ConfigureAwait(false);
        var locked = !failures.MayTry(tries);
        if (found is not { User: { Disabled: false } user } || !matches || locked)
        {
            var entry = locked || failures.Locks(tries)
                ? new AuditEntry(new AuditActor(found?.User.Name ?? UnknownName, address), AuditActions.SignInLocked, Details: locked ? "locked" : "wrong; locked from now on")
                : new AuditEntry(new AuditActor(found?.User.Name ?? UnknownName, address), AuditActions.SignInFailed, Details: matches ? "disabled" : null);
            await audit.WriteAsync(entry, cancellationToken).ConfigureAwait(false);
            return null;
        }

        await failures.ForgetAsync(key, cancellationToken).ConfigureAwait(false);
        await NoteAsync(user, null, address, cancellationToken).ConfigureAwait(false);
        if (outdated)
        {
            await users.RehashAsync(user.Id, await passwords.HashAsync(password, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }

        return user;
    }

    /// <summary>Writes down that a user who has just used a link is signed in by it.</summary>
    public Task NoteLinkAsync(UserAccount user, string? address, CancellationToken cancellationToken) => NoteAsync(user, "by a link", address, cancellationToken);

    private Task<bool> NoteAsync(UserAccount user, string? details, string? address, CancellationToken cancellationToken) =>
        users.SignedInAsync(user.Id, new AuditEntry(new AuditActor(user.Name, address), AuditActions.SignedIn, Details: details), cancellationToken);
}
