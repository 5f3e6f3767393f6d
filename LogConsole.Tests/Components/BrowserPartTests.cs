using LogConsole.Components;
using Microsoft.JSInterop;

namespace LogConsole.Tests.Components;

public sealed class BrowserPartTests
{
    [Theory]
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(JSDisconnectedException))]
    public async Task Dispose_BrowserIsGoneOrDoesNotAnswer_IsNoFault(Type kind)
    {
        var browser = new FakeBrowser();
        var part = new BrowserPart(browser);
        await part.CreateAsync("js/x.js", "create", default);
        browser.Failure = kind == typeof(TaskCanceledException) ? new TaskCanceledException() : new JSDisconnectedException("gone");

        await part.DisposeAsync();

        Assert.Equal(["import", "create", "dispose"], browser.Calls);
    }

    [Fact]
    public async Task Dispose_WhatTheScriptThrows_IsNotHidden()
    {
        var browser = new FakeBrowser();
        var part = new BrowserPart(browser);
        await part.CreateAsync("js/x.js", "create", default);
        browser.Failure = new JSException("broken");

        await Assert.ThrowsAsync<JSException>(async () => await part.DisposeAsync());
    }

    [Fact]
    public async Task Create_TheComponentIsGoneBeforeTheBrowserAnswers_IsNoFault()
    {
        var browser = new FakeBrowser { Answer = new TaskCompletionSource() };
        var part = new BrowserPart(browser);
        var made = part.CreateAsync("js/x.js", "create", default);
        await part.DisposeAsync();

        browser.Answer.SetException(new TaskCanceledException());

        await made;
    }

    /// <summary>A browser whose objects are itself.</summary>
    private sealed class FakeBrowser : IJSRuntime, IJSObjectReference
    {
        public List<string> Calls { get; } = [];

        public Exception? Failure { get; set; }

        public TaskCompletionSource? Answer { get; init; }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => InvokeAsync<TValue>(identifier, CancellationToken.None, args);

        public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args)
        {
            Calls.Add(identifier);
            await (Answer?.Task ?? Task.CompletedTask);
            return Failure is { } failure ? throw failure : this is TValue value ? value : default!;
        }

        public ValueTask DisposeAsync() => Failure is { } failure ? ValueTask.FromException(failure) : ValueTask.CompletedTask;
    }
}
