using System.Globalization;
using LogConsole.Access;
using LogConsole.Access.Auditing;
using LogConsole.Ingestion.Simulator;
using Microsoft.AspNetCore.Components;

namespace LogConsole.Components.Controls;

/// <summary>The badge "demo data": shown while demo records are made or stored, to everybody; its buttons to administrators only.</summary>
public sealed partial class DemoBadge : IAsyncDisposable
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _closed = new();
    private Task _watching = Task.CompletedTask;
    private Task _changes = Task.CompletedTask;
    private SimulatorState? _state;
    private bool _mayChange;
    private bool _busy;
    private string _note = "";
    private Question _asked;

    [Inject]
    private IDemoControl Control { get; set; } = default!;

    [Inject]
    private CircuitActor Actor { get; set; } = default!;

    [Inject]
    private AuditLog Audit { get; set; } = default!;

    [Inject]
    private ConsoleView View { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<DemoBadge> Logger { get; set; } = default!;

    /// <summary>Where it is asked whether clearing is meant.</summary>
    private enum Question
    {
        None,
        Offer,
        Panel,
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        _mayChange = await Actor.FindAsync(AccessPolicies.Admin) is not null;
        await ReadAsync();
        _watching = WatchAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    private static string Explanation(SimulatorState state) => state switch
    {
        { Held: { } reason } => $"A simulated shop is paused: {DisplayText.Clean(reason)}.",
        { Running: true } => "These records are made up: a simulated shop sends them. Figures and lists show them beside real ones; patterns, baselines and incidents are kept apart.",
        _ => "Records of a simulated shop are stored. Figures and lists show them beside real ones; patterns, baselines and incidents are kept apart.",
    };

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(s_every, Time);
        while (await timer.WaitForNextTickAsync(_closed.Token))
        {
            if (View.Visible)
            {
                await InvokeAsync(async () =>
                {
                    await ReadAsync();
                    StateHasChanged();
                });
            }
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            _state = await Control.StateAsync(_closed.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The honesty bar tells that the database is away; the badge keeps what it knew.
            LogUnread(Logger, e.Message);
        }
    }

    private Task StartAsync() => ChangeAsync(AuditActions.DemoStarted, Control.StartAsync);

    private Task StopAsync() => ChangeAsync(AuditActions.DemoStopped, Control.StopAsync);

    private Task ClearAsync()
    {
        _asked = Question.None;
        return ChangeAsync(AuditActions.DemoCleared, Control.ClearAsync);
    }

    private async Task TuneAsync(ChangeEventArgs change)
    {
        if (int.TryParse(change.Value as string, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate is >= 1 and <= SimulatorOptions.MaxEventsPerSecond)
        {
            await ChangeAsync(AuditActions.DemoTuned, token => Control.TuneAsync(rate, null, null, token), $"{rate} records a second");
        }
        else
        {
            _note = $"Write a whole number from 1 to {Format.Count(SimulatorOptions.MaxEventsPerSecond)}.";
        }
    }

    // One after the other: a click that comes while another works is not lost.
    private Task ChangeAsync(string action, Func<CancellationToken, Task> change, string? details = null) => _changes = ChangeAfterAsync(_changes, action, change, details);

    private async Task ChangeAfterAsync(Task before, string action, Func<CancellationToken, Task> change, string? details)
    {
        _busy = true;
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            _note = "";

            // Asked again: the role may have been taken since the page was opened.
            var admin = await Actor.FindAsync(AccessPolicies.Admin);
            _mayChange = admin is not null;
            if (admin is var (_, actor))
            {
                await Audit.WriteAsync(new AuditEntry(actor, action, Details: details), _closed.Token);
                await change(_closed.Token);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(Logger, e);
            _note = "That did not work; try again in a moment.";
        }
        finally
        {
            _busy = false;
        }

        await ReadAsync();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The state of the demo stream could not be read: {Reason}")]
    private static partial void LogUnread(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The demo stream could not be changed")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
