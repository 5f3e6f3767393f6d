using System.ComponentModel.DataAnnotations;
using System.Net;
using LogConsole.Access.Keys;
using Microsoft.Extensions.Options;

namespace LogConsole.Access;

/// <summary>Who may come in.</summary>
public enum AccessMode
{
    /// <summary>People with a name and password, programs with an API key.</summary>
    Users,

    /// <summary>Everyone on this machine, and nobody else: loopback addresses only. For trying things out.</summary>
    Open,
}

/// <summary>Access to the console. Section <c>Access</c>.</summary>
public sealed class AccessOptions
{
    public const string Section = "Access";

    /// <summary>Default <see cref="AccessMode.Users"/>; <see cref="AccessMode.Open"/> refuses to serve anything but loopback.</summary>
    public AccessMode Mode { get; set; } = AccessMode.Users;

    /// <summary>Keys beside those made in the console, from the environment rather than a file. Default none.</summary>
    public List<ApiKeyOptions> ApiKeys { get; set; } = [];

    /// <summary>How long a browser stays signed in without a request. Default 12 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan SignInLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Wrong passwords in a row after which a name is locked. Default 5.</summary>
    [Range(1, 100)]
    public int LockoutAfter { get; set; } = 5;

    /// <summary>How long a name is locked. Default 15 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LockoutTime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Sign-ins one address may try in a minute (of IPv6 its /64 network), those that succeed too; beyond it answers 429. Default 10.</summary>
    [Range(1, 10_000)]
    public int SignInsPerMinute { get; set; } = 10;

    /// <summary>How often an open page makes sure that its user may still see it. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan RevalidateEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the audit is kept. Default 400 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00")]
    public TimeSpan AuditRetention { get; set; } = TimeSpan.FromDays(400);

    /// <summary>
    /// Addresses or networks (<c>10.0.0.0/8</c>) of the proxies in front, whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed.
    /// Nobody else's are. Default none.
    /// </summary>
    public List<string> TrustedProxies { get; set; } = [];

    /// <summary>The address people reach the console at, for the links it prints. Default: where it listens.</summary>
    public string? PublicUrl { get; set; }
}

/// <summary>One API key.</summary>
public sealed class ApiKeyOptions
{
    /// <summary>Who it belongs to: letters, digits, <c>-</c>, <c>_</c>, <c>.</c>; shown in sources and the audit.</summary>
    public string Name { get; set; } = "";

    /// <summary>The secret, at least 16 characters.</summary>
    public string Key { get; set; } = "";

    /// <summary>What it may do: <c>ingest</c>, <c>read</c>, <c>triage</c>, <c>admin</c> (all of them), separated by commas.</summary>
    public string Scopes { get; set; } = "";
}

/// <summary>Rules across the keys; never repeats a secret.</summary>
internal sealed class AccessOptionsValidator : IValidateOptions<AccessOptions>
{
    private const int ShortestKey = 16;

    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var faults = new List<string>();
        for (var i = 0; i < options.TrustedProxies.Count; i++)
        {
            if (!IPNetwork.TryParse(options.TrustedProxies[i], out _) && !IPAddress.TryParse(options.TrustedProxies[i], out _))
            {
                faults.Add($"{AccessOptions.Section}:TrustedProxies:{i} must be an address or a network such as 10.0.0.0/8.");
            }
        }

        if (options.PublicUrl is { Length: > 0 } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            faults.Add($"{AccessOptions.Section}:PublicUrl must be an address such as https://logs.example.com.");
        }

        for (var i = 0; i < options.ApiKeys.Count; i++)
        {
            Check(options.ApiKeys, i, faults);
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Check(List<ApiKeyOptions> keys, int index, List<string> faults)
    {
        var key = keys[index];
        var at = $"{AccessOptions.Section}:ApiKeys:{index}";
        if (!ApiKeyName.IsValid(key.Name))
        {
            faults.Add($"{at}:Name {ApiKeyName.Rule}.");
        }
        else if (keys.FindIndex(other => other.Name == key.Name) != index)
        {
            faults.Add($"{at}:Name is taken.");
        }

        if (key.Key.Length < ShortestKey)
        {
            faults.Add($"{at}:Key must be at least {ShortestKey} characters.");
        }
        else if (keys.FindIndex(other => other.Key == key.Key) != index)
        {
            faults.Add($"{at}:Key is the key of another name.");
        }

        if (AccessScopes.FaultOf(AccessScopes.Parse(key.Scopes)) is { } fault)
        {
            faults.Add($"{at}:Scopes {fault}.");
        }
    }
}
