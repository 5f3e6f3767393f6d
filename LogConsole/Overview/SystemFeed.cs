using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using LogConsole.Access.Auditing;
using LogConsole.Ingestion;

namespace LogConsole.Overview;

/// <summary>Feeds the System page. All viewers share one snapshot a second.</summary>
internal sealed class SystemFeed(SystemReader reader, DeadLetterStore letters, DeadLetterReplay replay, AuditLog audit, TimeProvider time) : ISystemFeed
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SystemSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            yield return await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(s_every, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<DeadLetterListing> ListDeadLettersAsync(long? before, bool openOnly, CancellationToken cancellationToken)
    {
        // One more than shown tells whether there is another page.
        var found = await letters.ListAsync(before ?? long.MaxValue, openOnly, DeadLetterListing.PageSize + 1, cancellationToken).ConfigureAwait(false);
        var shown = found.Take(DeadLetterListing.PageSize)
            .Select(letter => new DeadLetterLine(
                letter.Id, letter.Source, letter.Line, letter.Reason, letter.Service, letter.IsDemo, letter.CreatedAt, letter.ReplayedAt))
            .ToList();
        return new DeadLetterListing(shown, found.Count > shown.Count ? shown[^1].Id : null);
    }

    /// <inheritdoc/>
    public async Task<string?> ReadDeadLetterAsync(long id, CancellationToken cancellationToken) =>
        await letters.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } letter ? Encoding.UTF8.GetString(letter.Record.Span) : null;

    /// <inheritdoc/>
    public async Task<DeadLetterReplayReply> ReplayAsync(AuditActor actor, long? id, CancellationToken cancellationToken)
    {
        await audit.WriteAsync(
            new AuditEntry(actor, AuditActions.DeadLettersReplayed, id?.ToString(CultureInfo.InvariantCulture) ?? "all open ones"), cancellationToken).ConfigureAwait(false);
        if (id is not { } one)
        {
            return await replay.ReplayAllAsync(cancellationToken).ConfigureAwait(false);
        }

        return await letters.FindAsync(one, cancellationToken).ConfigureAwait(false) is { } letter
            ? DeadLetterReplayReply.Of([await replay.ReplayAsync(letter, cancellationToken).ConfigureAwait(false)])
            : DeadLetterReplayReply.Of([]);
    }
}
