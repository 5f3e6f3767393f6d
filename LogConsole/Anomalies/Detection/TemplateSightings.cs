using LogConsole.Anomalies.Detectors;

namespace LogConsole.Anomalies.Detection;

/// <summary>Error templates by service and window, as the detectors take them.</summary>
internal sealed class TemplateSightings
{
    private readonly Dictionary<(int TemplateId, long Window), int> _firstOf; // → service
    private readonly ILookup<long, TemplateTotals> _byWindow;

    public TemplateSightings(IReadOnlyList<FirstSighting> fresh, IReadOnlyList<TemplateTotals> counts, int overlooked)
    {
        _firstOf = fresh.ToDictionary(sighting => (sighting.TemplateId, sighting.Window), sighting => sighting.ServiceId);
        _byWindow = counts.ToLookup(total => total.Window);
        Overlooked = overlooked;
    }

    /// <summary>New templates that were not looked at.</summary>
    public int Overlooked { get; }

    /// <summary>What the detectors of a service see in a window: its new templates and all that are watched.</summary>
    public IReadOnlyList<TemplateSighting> In(WatchedService service, long window)
    {
        if (!_byWindow.Contains(window))
        {
            return [];
        }

        var watched = service.Detectors.WatchedTemplates.ToHashSet();
        return
        [
            .. from total in _byWindow[window]
               let isNew = _firstOf.TryGetValue((total.TemplateId, window), out var owner) && owner == service.Id
               where isNew || watched.Contains(total.TemplateId)
               select new TemplateSighting(total.TemplateId, total.Count, isNew),
        ];
    }
}
