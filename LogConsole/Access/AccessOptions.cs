using Microsoft.Extensions.Options;

namespace LogConsole.Access;

/// <summary>Who may come in.</summary>
public enum AccessMode
{
    /// <summary>Everyone on this machine, and nobody else: loopback addresses only.</summary>
    Open,

    /// <summary>Whoever holds an API key.</summary>
    Keys,
}

/// <summary>Access to the console. Section <c>Access</c>.</summary>
public sealed class AccessOptions
{
    public const string Section = "Access";

    /// <summary>Default <see cref="AccessMode.Open"/>, which refuses to serve anything but loopback.</summary>
    public AccessMode Mode { get; set; } = AccessMode.Open;

    /// <summary>The keys of mode <see cref="AccessMode.Keys"/>, from the environment rather than a file. Default none.</summary>
    public List<ApiKeyOptions> ApiKeys { get; set; } = [];

    /// <summary>How long a browser stays signed in without a request. Default 12 h.</summary>
    public TimeSpan SignInLifetime { get; set; } = TimeSpan.FromHours(12);
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
        if (options.Mode == AccessMode.Keys && options.ApiKeys.Count == 0)
        {
            faults.Add($"{AccessOptions.Section}:ApiKeys must hold at least one key when {AccessOptions.Section}:Mode is Keys.");
        }

        if (options.SignInLifetime < TimeSpan.FromMinutes(1) || options.SignInLifetime > TimeSpan.FromDays(365))
        {
            faults.Add($"{AccessOptions.Section}:SignInLifetime must be from one minute to one year.");
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
        if (key.Name.Length is 0 or > 64 || !key.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            faults.Add($"{at}:Name must be 1 to 64 letters, digits, '-', '_' or '.'.");
        }
        else if (key.Name == AccessUser.Local || keys.FindIndex(other => other.Name == key.Name) != index)
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

        var scopes = AccessScopes.Parse(key.Scopes);
        if (scopes.Count == 0 || scopes.Any(scope => !AccessScopes.All.Contains(scope)))
        {
            faults.Add($"{at}:Scopes must name one or more of {string.Join(", ", AccessScopes.All)}.");
        }
    }
}
