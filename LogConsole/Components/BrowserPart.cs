using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LogConsole.Components;

/// <summary>
/// The part of a component that lives in the browser: an object made by a factory of one of our modules, with <c>update</c> and <c>dispose</c>.
/// Used on the circuit's dispatcher.
/// </summary>
internal sealed class BrowserPart(IJSRuntime js) : IAsyncDisposable
{
    private readonly TaskCompletionSource<IJSObjectReference?> _object = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IJSObjectReference? _module;
    private bool _disposed;

    /// <summary>Loads the module and makes the object; once, after the component's first render.</summary>
    /// <param name="module">The module's address below the base address.</param>
    /// <param name="factory">Its function, called with <paramref name="element"/> and <paramref name="arguments"/>.</param>
    public async Task CreateAsync(string module, string factory, ElementReference element, params object?[] arguments)
    {
        try
        {
            _module = await js.InvokeAsync<IJSObjectReference>("import", "/" + module);
            if (!_disposed)
            {
                _object.TrySetResult(await _module.InvokeAsync<IJSObjectReference>(factory, [element, .. arguments]));
            }
        }
        catch (Exception e) when (_disposed && (e is JSException or OperationCanceledException))
        {
            // The component left the page while its module was on the way, and its element with it.
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone.
        }
    }

    /// <summary>Hands a frame over and waits until the browser has taken it; does nothing once disposed.</summary>
    public async Task UpdateAsync(object frame, CancellationToken cancellationToken)
    {
        if (await _object.Task.WaitAsync(cancellationToken) is { } part && !_disposed)
        {
            await part.InvokeVoidAsync("update", cancellationToken, frame);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _object.TrySetResult(null);
        await PartAsync(async () =>
        {
            if (await _object.Task is { } part)
            {
                await part.InvokeVoidAsync("dispose");
                await part.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        });
    }

    /// <summary>The last calls to a browser. One that is gone, or is lost and does not answer in time, needs none: it has taken everything with it.</summary>
    public static async ValueTask PartAsync(Func<Task> calls)
    {
        try
        {
            await calls();
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // Nobody is left to tell.
        }
    }
}
