using LogConsole.Access;
using LogConsole.Overview;
using Microsoft.AspNetCore.Components;

namespace LogConsole.Components.SystemPanes;

/// <summary>The dead letters: read anew when the snapshot tells that there are others, shown as text, replayed by administrators.</summary>
public sealed partial class DeadLettersCard
{
    private const int MaxReason = 400;
    private const int MaxName = 120;
    private const int MaxRecord = 20_000;

    private DeadLetterListing? _listing;
    private (long? Before, bool All, long Open, long Newest)? _listed;
    private long? _open;
    private string? _record;
    private string? _outcome;
    private bool _busy;

    [Inject]
    private ISystemFeed Feed { get; set; } = default!;

    /// <summary>What the page shows.</summary>
    [Parameter, EditorRequired]
    public required SystemSnapshot Snapshot { get; set; }

    /// <summary>Only ids below this; null for the newest.</summary>
    [Parameter]
    public long? Before { get; set; }

    /// <summary>Those that were replayed too.</summary>
    [Parameter]
    public bool All { get; set; }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (Snapshot.Stored is not { } stored || !Snapshot.Status.Database.IsReady)
        {
            return;
        }

        var wanted = (Before, All, Snapshot.Status.DeadLetters, stored.NewestDeadLetter);
        if (_listed != wanted && !_busy)
        {
            _listed = wanted;
            if (!await ActAsync(AccessPolicies.Read, (_, _) => ReadAsync(), null))
            {
                _listed = null;
            }
        }
    }

    private async Task ToggleAsync(long id)
    {
        (_open, _record) = (_open == id ? null : id, "");
        if (_open is not null)
        {
            await ActAsync(
                AccessPolicies.Read,
                async (_, _) =>
                {
                    var record = await Feed.ReadDeadLetterAsync(id, CancellationToken.None);
                    _record = record is null ? null : DisplayText.Cut(DisplayText.Clean(record), MaxRecord);
                    return null;
                },
                null);
        }
    }

    private async Task ReplayAsync(long? id)
    {
        (_busy, _outcome) = (true, null);
        try
        {
            await ActAsync(
                AccessPolicies.Admin,
                async (actor, _) =>
                {
                    _outcome = SystemText.Replayed(await Feed.ReplayAsync(actor, id, CancellationToken.None));
                    return await ReadAsync();
                },
                null);
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task<string?> ReadAsync()
    {
        _listing = await Feed.ListDeadLettersAsync(Before, !All, CancellationToken.None);
        return null;
    }
}
