using Microsoft.AspNetCore.Components.Server.Circuits;

namespace LogConsole.Components;

/// <summary>Tells the circuit's <see cref="ConsoleView"/> when its browser is lost and when it is back. Called on the circuit's dispatcher.</summary>
internal sealed class ConnectionHandler(ConsoleView view) : CircuitHandler
{
    /// <inheritdoc/>
    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        view.SetConnected(false);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        view.SetConnected(true);
        return Task.CompletedTask;
    }
}
