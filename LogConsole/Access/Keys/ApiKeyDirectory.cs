using LogConsole.Access.Auditing;
using LogConsole.Access.Users;
using LogConsole.Storage;

namespace LogConsole.Access.Keys;

/// <summary>The rules over API keys: the same for the pages and the command line. Throws only what the database throws.</summary>
internal sealed class ApiKeyDirectory(ApiKeyStore store, ApiKeys keys)
{
    /// <summary>The keys of the configuration: name and scopes.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<string> Scopes)> Configured => [.. keys.Configured.Select(key => (key.Name, key.Scopes))];

    /// <summary>Working keys by name, then revoked ones.</summary>
    public Task<IReadOnlyList<StoredApiKey>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    /// <summary>Makes a key and returns it: it is shown once and stored as its hash.</summary>
    public async Task<Outcome<string>> AddAsync(
        AuditActor actor, string name, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!ApiKeyName.IsValid(name))
        {
            return Outcome.Refused<string>($"The name {ApiKeyName.Rule}.");
        }

        if (AccessScopes.FaultOf(scopes) is { } fault)
        {
            return Outcome.Refused<string>($"Scopes {fault}.");
        }

        if (expiresAt <= now)
        {
            return Outcome.Refused<string>("The key would have expired already.");
        }

        var taken = Outcome.Refused<string>($"There is a key {name} already: revoke it first, or choose another name.");
        if (keys.Configured.Any(key => key.Name == name))
        {
            return taken;
        }

        var key = ApiKeySecret.Make();
        var entry = new AuditEntry(
            actor, AuditActions.KeyAdded, name, $"{ApiKeySecret.LookupOf(key)}, scopes {string.Join(", ", scopes)}" + (expiresAt is { } end ? $", until {end:yyyy-MM-dd HH:mm} UTC" : ""));
        var added = await store.AddAsync(key, name, [.. scopes.Distinct()], expiresAt, entry, cancellationToken).ConfigureAwait(false);
        keys.Forget();
        return added ? key : taken;
    }

    /// <summary>Ends a key; it works a few seconds longer on other instances. The fault, or null.</summary>
    public async Task<string?> RevokeAsync(AuditActor actor, string name, CancellationToken cancellationToken)
    {
        var revoked = await store.RevokeAsync(name, new AuditEntry(actor, AuditActions.KeyRevoked, name), cancellationToken).ConfigureAwait(false);
        keys.Forget();
        return revoked ? null
            : keys.Configured.Any(key => key.Name == name) ? $"{name} is configured in {AccessOptions.Section}:ApiKeys: take it out there."
            : "There is no working key of this name.";
    }
}

/// <summary>Writes down when keys were last used: every half minute and at the end, never with a request.</summary>
internal sealed class ApiKeyUse(ApiKeys keys, ApiKeyStore store, Database database, TimeProvider time, ILogger<ApiKeyUse> logger) : BackgroundLoop(time, logger)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);

    public override string Name => "last use of keys";

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await Task.Delay(s_interval, Time, cancellationToken).ConfigureAwait(false);
                await database.WhenReadyAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (database.Status.IsReady && keys.TakeUses() is { Count: > 0 } uses)
                {
                    using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), Time);
                    await store.NoteUseAsync(uses, limit.Token).ConfigureAwait(false);
                }
            }

            Beat();
        }
    }
}
