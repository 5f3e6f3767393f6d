using System.Globalization;
using LogConsole.Metrics;

namespace LogConsole.Anomalies.Detectors;

/// <summary>
/// An error template never seen before, once its service is known: an anomaly when it comes several times within a minute of its first
/// record, so that one odd line is none. Watches a bounded number of templates; further ones are counted.
/// </summary>
internal sealed class NewErrorTemplateDetector(AnomalyOptions options) : IAnomalyDetector
{
    /// <summary>The detector's name.</summary>
    public const string NewErrorTemplate = "new_error_template";

    /// <summary>Series are named by the template's id.</summary>
    public const string SeriesPrefix = "template:";

    /// <summary>Templates watched at a time.</summary>
    public const int MaxWatched = 32;

    private const int CurrentVersion = 1;

    // A template that has not become an anomaly within a minute of its first record is dropped; one that has is known after half an hour.
    private const int ProofWindows = 6;
    private const int KnownAfterWindows = 180;

    private readonly List<Watched> _watched = []; // oldest first

    /// <summary>The templates whose counts it wants.</summary>
    public IEnumerable<int> TemplateIds => _watched.Select(template => template.Id);

    /// <summary>New templates that found no room.</summary>
    public long Overlooked { get; private set; }

    /// <inheritdoc/>
    public string Name => NewErrorTemplate;

    /// <inheritdoc/>
    public bool IsActive => _watched.Exists(template => template.Alarm.IsActive);

    /// <inheritdoc/>
    public void LearnMinute(in MinuteTotals minute)
    {
        // Nothing to learn: the catalogue of templates knows what is known.
    }

    /// <inheritdoc/>
    public void Judge(in ServiceWindow window, bool learning, ICollection<Finding> findings)
    {
        foreach (var sighting in window.Templates)
        {
            if (sighting.IsNew && !learning)
            {
                Watch(sighting.TemplateId, window.Window);
            }
        }

        foreach (var template in _watched)
        {
            Judge(template, window, findings);
        }

        var now = window.Window;
        _watched.RemoveAll(template => !template.Alarm.IsActive && now - template.First >= ProofWindows);
    }

    /// <inheritdoc/>
    public void Interrupt(ICollection<Finding> findings)
    {
        foreach (var template in _watched)
        {
            template.Alarm.End(findings);
        }

        _watched.Clear();
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter writer)
    {
        writer.Write((byte)_watched.Count);
        foreach (var template in _watched)
        {
            writer.Write(template.Id);
            writer.Write(template.First);
            writer.Write(template.Count);
            template.Alarm.Save(writer);
        }
    }

    /// <inheritdoc/>
    public void Load(BinaryReader reader)
    {
        _watched.Clear();
        for (var left = reader.ReadByte(); left > 0; left--)
        {
            var template = new Watched(reader.ReadInt32(), reader.ReadInt64()) { Count = reader.ReadInt64() };
            template.Alarm.Load(reader);
            _watched.Add(template);
        }
    }

    private void Watch(int id, long window)
    {
        if (_watched.Exists(template => template.Id == id))
        {
            return;
        }

        if (_watched.Count >= MaxWatched)
        {
            Overlooked++;
            return;
        }

        _watched.Add(new Watched(id, window));
    }

    private void Judge(Watched template, in ServiceWindow window, ICollection<Finding> findings)
    {
        var count = 0L;
        foreach (var sighting in window.Templates)
        {
            count += sighting.TemplateId == template.Id ? sighting.Count : 0;
        }

        template.Count += count;
        var known = window.Window - template.First >= KnownAfterWindows;
        var reading = count == 0 || known ? null : new Reading(
            template.Count, 0, 0, Math.Log2((double)template.Count / options.MinTemplateRecords),
            new AnomalyFactor("records", template.Count), new AnomalyFactor("seconds_since_first", (window.Window - template.First) * TumblingWindow.Seconds));
        if (template.Alarm.IsActive)
        {
            template.Alarm.Judge(window.Window, reading, 1, options.RecoveryWindows, findings);
        }
        else if (reading is not null && template.Count >= options.MinTemplateRecords)
        {
            template.Alarm.Open(template.First, window.Window, reading, findings);
        }
    }

    private sealed class Watched(int id, long first)
    {
        public int Id => id;

        public long First => first;

        public long Count { get; set; }

        public Alarm Alarm { get; } = new(NewErrorTemplate, CurrentVersion, SeriesPrefix + id.ToString(CultureInfo.InvariantCulture), AnomalyDirection.New);
    }
}
