using LogConsole.Anomalies;
using Microsoft.AspNetCore.Components;

namespace LogConsole.Components.Overview;

/// <summary>The grid of services. Renders when it is given other figures.</summary>
public sealed partial class ServiceGrid : ComponentBase
{
    private const int MaxShown = 100;

    // The most urgent first.
    private static readonly ServiceCondition[] s_order = [ServiceCondition.Silent, ServiceCondition.Anomalous, ServiceCondition.Learning, ServiceCondition.Ok];

    private IReadOnlyList<ServiceHealth>? _sorted;
    private string? _sortedFor;
    private List<ServiceHealth> _shown = [];

    /// <summary>All services; null before the first read.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<ServiceHealth>? Services { get; set; }

    private string Note
    {
        get
        {
            var troubled = (Services ?? []).Count(service => service.Condition is ServiceCondition.Anomalous or ServiceCondition.Silent);
            var learning = (Services ?? []).Count(service => service.Condition == ServiceCondition.Learning);
            return (Services?.Count ?? 0, troubled, learning) switch
            {
                (0, _, _) => "",
                (_, > 0, _) => $"{Format.Count(troubled)} of {Format.Count(Services!.Count)} need a look",
                (_, _, > 0) => $"{Format.Count(learning)} of {Format.Count(Services!.Count)} still learning",
                _ => $"all {Format.Count(Services!.Count)} ok",
            };
        }
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        var only = View.Current.Service;
        if (!ReferenceEquals(_sorted, Services) || _sortedFor != only)
        {
            (_sorted, _sortedFor) = (Services, only);
            _shown = [.. (Services ?? []).Where(service => only is null || service.Name == only).OrderBy(service => Array.IndexOf(s_order, service.Condition)).ThenBy(service => service.Name, StringComparer.Ordinal).Take(MaxShown)];
        }
    }

    private static string Path(ServiceHealth service) => Sparkline.Path([.. service.Sparkline.Select(count => (double?)count)]);

    private string UrlOf(ServiceHealth service) => View.UrlOf(View.Current with { Service = service.Name });
}
