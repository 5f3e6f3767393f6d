using LogConsole.Access;
using LogConsole.Access.Keys;
using Microsoft.AspNetCore.Components;

namespace LogConsole.Components.Pages;

/// <summary>The keys of programs; for administrators.</summary>
public sealed partial class SettingsKeys
{
    private readonly HashSet<string> _scopes = [AccessScopes.Ingest];
    private IReadOnlyList<StoredApiKey>? _keys;
    private string _name = "";
    private int _days;
    private string? _secret;
    private string? _secretOf;

    [Inject]
    private ApiKeyDirectory Keys { get; set; } = default!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync() => await ActAsync(AccessPolicies.Admin, (_, _) => ReadAsync(), null);

    private void Toggle(string scope)
    {
        if (!_scopes.Remove(scope))
        {
            _scopes.Add(scope);
        }
    }

    private async Task AddAsync()
    {
        var name = _name.Trim();
        var now = Time.GetUtcNow();
        _secret = null;
        if (await ActAsync(
            AccessPolicies.Admin,
            async (actor, _) =>
            {
                var made = await Keys.AddAsync(
                    actor, name, [.. AccessScopes.All.Where(_scopes.Contains)], _days > 0 ? now.AddDays(_days) : null, now, CancellationToken.None);
                (_secret, _secretOf) = (made.Value, name);
                return made.Fault ?? await ReadAsync();
            },
            $"Made {name}."))
        {
            _name = "";
        }
    }

    private async Task RevokeAsync(string name)
    {
        if (IsConfirmed(name))
        {
            await ActAsync(
                AccessPolicies.Admin,
                async (actor, _) => await Keys.RevokeAsync(actor, name, CancellationToken.None) ?? await ReadAsync(),
                $"{name} works no more.");
        }
    }

    private async Task<string?> ReadAsync()
    {
        _keys = await Keys.ListAsync(CancellationToken.None);
        return null;
    }
}
