using LogConsole.Access;
using LogConsole.Access.Auditing;
using LogConsole.Storage;
using Microsoft.AspNetCore.Components;
using Npgsql;

namespace LogConsole.Components.Pages;

/// <summary>A part of the settings: every action asks anew whether its user may, and ends in one sentence.</summary>
public abstract class SettingsPanel : ComponentBase, IDisposable
{
    [Inject]
    private CircuitActor Who { get; set; } = default!;

    [Inject]
    internal ConsoleView View { get; set; } = default!;

    [Inject]
    internal TimeProvider Time { get; set; } = default!;

    /// <summary>What was done; null after a fault.</summary>
    protected string? Done { get; private set; }

    /// <summary>Why it was not done.</summary>
    protected string? Fault { get; private set; }

    /// <summary>The row whose destructive button was pressed once.</summary>
    protected string? Confirming { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        View.Changed -= StateHasChanged;
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => View.Changed += StateHasChanged;

    /// <summary>Does something that only some may do. Does not throw when the database is away.</summary>
    /// <param name="act">Returns the fault, or null.</param>
    /// <param name="done">What to say when it went well.</param>
    protected async Task<bool> ActAsync(string policy, Func<AuditActor, int?, Task<string?>> act, string? done)
    {
        ArgumentNullException.ThrowIfNull(act);
        Confirming = null;
        try
        {
            var who = await Who.FindAsync(policy);
            Fault = who is { } known ? await act(known.Actor, AccessUser.IdOf(known.User)) : "Your rights were changed: sign in again.";
        }
        catch (Exception e) when (e is NpgsqlException or DatabaseUnavailableException)
        {
            Fault = "The database is away. Nothing was changed; try again in a moment.";
        }

        Done = Fault is null ? done : null;
        return Fault is null;
    }

    /// <summary>The first press asks, the second one means it.</summary>
    protected bool IsConfirmed(string what)
    {
        if (Confirming == what)
        {
            return true;
        }

        Confirming = what;
        return false;
    }

    /// <summary>Time of day, with the date when it is not today's; a dash for never.</summary>
    protected string When(DateTimeOffset? moment) => moment is { } at ? Format.Time(at, View.Zone, Time.GetUtcNow()) : "–";
}
