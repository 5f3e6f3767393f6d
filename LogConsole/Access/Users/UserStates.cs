using System.Collections.Concurrent;
using LogConsole.Storage;

namespace LogConsole.Access.Users;

/// <summary>
/// What is known of the users who are signed in here, a few seconds old at most while the database answers: asked with every request.
/// While the database is away the last that was known counts. Holds the ids of sealed cookies only, so users bound it. Thread-safe.
/// </summary>
internal sealed class UserStates(UserStore users, TimeProvider time)
{
    private static readonly TimeSpan s_maxAge = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, (UserAccount? User, DateTimeOffset ReadAt)> _known = new();

    /// <summary>The user; null when there is none, or none can be known because the database is away.</summary>
    public async ValueTask<UserAccount?> FindAsync(int id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(id, out var known) && now - known.ReadAt < s_maxAge)
        {
            return known.User;
        }

        try
        {
            var user = await users.FindAsync(id, cancellationToken).ConfigureAwait(false);
            _known[id] = (user, now);
            return user;
        }
        catch (Exception e) when (e is DatabaseUnavailableException || DatabaseFaults.IsAway(e))
        {
            return known.User;
        }
    }

    /// <summary>The user was changed here: the next question is asked anew.</summary>
    public void Forget(int id) => _known.TryRemove(id, out _);
}
