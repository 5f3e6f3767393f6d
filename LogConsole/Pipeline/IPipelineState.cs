namespace LogConsole.Pipeline;

/// <summary>In-memory state that mirrors committed tables: loaded before the first batch, and anew after a reset.</summary>
public interface IPipelineState
{
    /// <summary>Replaces the state by what is stored. Called on the pipeline loop while no batch is being processed.</summary>
    Task LoadAsync(CancellationToken cancellationToken);
}
