using System.Text.Json;
using System.Text.RegularExpressions;

namespace LogConsole.Benchmarks.Viewers;

/// <summary>A page as it is served: what the script would find in it to start a circuit with.</summary>
/// <param name="Operations">The root components to add, as JSON.</param>
/// <param name="State">The persisted state; empty without one.</param>
/// <param name="Cookies">What the browser would send back.</param>
internal sealed partial record LivePage(string Operations, string State, string Cookies)
{
    private const int MatchTimeoutMs = 1_000;

    /// <summary>Asks for the page.</summary>
    public static async Task<LivePage> GetAsync(Wire wire, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)) { Headers = { { "Accept", "text/html" } } };
        using var response = await wire.Pages.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        var html = await response.Content.ReadAsStringAsync(cancellationToken);
        var cookies = response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [];
        return new LivePage(
            OperationsOf([.. MarkerPattern().Matches(html).Select(match => match.Groups["marker"].Value)]),
            StatePattern().Match(html).Groups["state"].Value,
            string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0])));
    }

    private static string OperationsOf(IReadOnlyList<string> markers) => markers.Count == 0
        ? throw new InvalidDataException("the page has no interactive component")
        : JsonSerializer.Serialize(new
        {
            batchId = 1,
            operations = markers.Select((marker, i) => new { type = "add", ssrComponentId = i + 1, marker = JsonElement.Parse(marker) }),
        });

    [GeneratedRegex("""<!--Blazor:(?<marker>\{"type":"server".*?\})-->""", RegexOptions.None, MatchTimeoutMs)]
    private static partial Regex MarkerPattern();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(?<state>[A-Za-z0-9+/=]+)-->", RegexOptions.None, MatchTimeoutMs)]
    private static partial Regex StatePattern();
}
