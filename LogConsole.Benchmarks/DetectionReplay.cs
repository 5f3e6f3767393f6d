using LogConsole.Anomalies;
using LogConsole.Anomalies.Detection;
using LogConsole.Anomalies.Detectors;
using LogConsole.Anomalies.Incidents;
using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Patterns;
using LogConsole.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogConsole.Benchmarks;

/// <summary>The console's own mining, windowing, detectors and incidents over records in memory, window by window, without a database.</summary>
internal sealed class DetectionReplay
{
    private readonly AnomalyOptions _options = new();
    private readonly TemplateMiner _miner = new(new DrainOptions(), new TemplateCatalog(), NullLogger<TemplateMiner>.Instance);
    private readonly MineTemplates _stage;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, WatchedService> _services = [];
    private readonly List<string> _names = [""];
    private readonly IncidentBook _book;
    private int _templates;
    private long _next;

    public DetectionReplay(DateTimeOffset start)
    {
        _miner.Load([]);
        _stage = new MineTemplates(_miner, TimeProvider.System);
        _book = new IncidentBook(_options, start);
        _next = TumblingWindow.Of(start);
    }

    /// <summary>Every finding so far.</summary>
    public List<PlacedFinding> Findings { get; } = [];

    /// <summary>Every incident so far.</summary>
    public IEnumerable<IncidentDraft> Incidents => _book.Changed;

    public string NameOf(int service) => _names[service];

    /// <summary>Judges the next window.</summary>
    /// <param name="records">Its records; their text is not kept.</param>
    public void Judge(IReadOnlyList<LogRecord> records)
    {
        var window = _next++;
        if (records.Count == 0)
        {
            return;
        }

        var (batch, fresh) = Mine(records);
        var counts = new WindowCounts();
        for (var i = 0; i < batch.Records.Length; i++)
        {
            counts.Add(i, new SeverityKey(window, window, batch.ServiceIds[i], SeverityBands.Of(batch.Records[i].SeverityNumber)), batch.TemplateIds[i], late: false);
        }

        var (found, placed) = (new List<Finding>(), new List<PlacedFinding>());
        var active = counts.BySeverity.Keys.Select(key => key.ServiceId).ToHashSet();
        foreach (var id in active.Where(id => !_services.ContainsKey(id)))
        {
            _services.Add(id, new WatchedService(id, isDemo: true, window, new ServiceDetectors(_options)));
        }

        foreach (var service in _services.Values)
        {
            var (total, errors) = (0L, 0L);
            foreach (var (key, count) in counts.BySeverity)
            {
                total += key.ServiceId == service.Id ? count.Records : 0;
                errors += key.ServiceId == service.Id && key.Band >= SeverityBand.Error ? count.Records : 0;
            }

            var watched = service.Detectors.WatchedTemplates.ToHashSet();
            TemplateSighting[] sightings =
            [
                .. from item in counts.ByTemplate
                   let isNew = fresh.TryGetValue(item.Key.TemplateId, out var owner) && owner == service.Id
                   where isNew || watched.Contains(item.Key.TemplateId)
                   select new TemplateSighting(item.Key.TemplateId, item.Value, isNew),
            ];
            found.Clear();
            service.Detectors.Judge(new ServiceWindow(window, total, errors, active.Count > (active.Contains(service.Id) ? 1 : 0), sightings), found);
            placed.AddRange(found.Select(finding => new PlacedFinding(service, _names[service.Id], window, finding)));
        }

        foreach (var finding in PlacedFinding.InOrder(placed))
        {
            Findings.Add(finding);
            _book.Take(finding, _ => window);
        }

        _book.Settle(_ => window + 1);
    }

    // New error templates: [template id] → service.
    private (LogBatch Batch, Dictionary<int, int> Fresh) Mine(IReadOnlyList<LogRecord> records)
    {
        var batch = LogBatch.Of([new Delivery { Source = "replay", Records = records, SizeBytes = 0 }]);
        for (var i = 0; i < batch.Records.Length; i++)
        {
            var name = batch.Records[i].Service;
            if (!_ids.TryGetValue(name, out var id))
            {
                _ids.Add(name, id = _names.Count);
                _names.Add(name);
            }

            batch.ServiceIds[i] = id;
        }

        var change = (MiningChange)_stage.Begin(batch, laneCount: 1);
        change.Process(0, [.. Enumerable.Range(0, batch.Records.Length)]);
        change.AssignIds([.. Enumerable.Range(_templates + 1, change.Created.Count)]);
        _templates += change.Created.Count;
        var fresh = change.Created.Where(use => batch.Records[use.FirstRecord].SeverityNumber >= SeverityNumber.Error)
            .ToDictionary(use => batch.TemplateIds[use.FirstRecord], use => batch.ServiceIds[use.FirstRecord]);
        change.Apply();
        return (batch, fresh);
    }
}
