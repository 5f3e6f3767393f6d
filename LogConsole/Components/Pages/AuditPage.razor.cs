using System.Globalization;
using LogConsole.Access;
using LogConsole.Access.Auditing;
using LogConsole.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Components.Pages;

/// <summary>The audit; what is shown of it is the URL's.</summary>
public sealed partial class AuditPage : IDisposable
{
    private const int PageSize = 100;

    private AuditFilter _filter = new();
    private IReadOnlyList<AuditEvent>? _events;
    private DateTimeOffset _now;
    private string? _fault;
    private string _actor = "";
    private string _action = "";
    private string _text = "";

    [Inject]
    private AuditLog Audit { get; set; } = default!;

    [Inject]
    private ConsoleView View { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private IOptions<AccessOptions> Access { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "who")]
    private string? Who { get; set; }

    [SupplyParameterFromQuery(Name = "what")]
    private string? What { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? Before { get; set; }

    /// <inheritdoc/>
    public void Dispose() => View.Changed -= StateHasChanged;

    /// <inheritdoc/>
    protected override void OnInitialized() => View.Changed += StateHasChanged;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        (_actor, _action, _text) = (Who ?? "", What ?? "", Text ?? "");
        _filter = new AuditFilter(
            Known(Who), Known(What), Known(Text), long.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : null);
        _now = Time.GetUtcNow();
        try
        {
            _events = await Audit.ListAsync(_filter, PageSize, CancellationToken.None);
            _fault = null;
        }
        catch (Exception e) when (e is NpgsqlException or DatabaseUnavailableException)
        {
            _fault = "The database is away: the audit cannot be read now.";
        }
    }

    private void Filter() => Navigation.NavigateTo(UrlOf(new AuditFilter(Known(_actor), Known(_action), Known(_text))));

    private static string UrlOf(AuditFilter filter)
    {
        var query = new List<KeyValuePair<string, string?>>();
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                query.Add(new(name, value));
            }
        }

        Add("who", filter.Actor);
        Add("what", filter.Action);
        Add("q", filter.Text);
        Add("before", filter.Before?.ToString(CultureInfo.InvariantCulture));
        return QueryHelpers.AddQueryString("audit", query);
    }

    // PostgreSQL text holds no NUL: nothing stored can match one.
    private static string? Known(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim().Replace('\0', '\uFFFD');
}
