using System.Runtime.InteropServices;
using LogConsole.Ingestion;
using LogConsole.Pipeline;

namespace LogConsole.Metrics;

/// <summary>One series in one window: which arrival window, event window, service and severity band.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SeverityKey(long EventWindow, long ArrivalWindow, int ServiceId, SeverityBand Band);

/// <summary>One template in one window.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TemplateKey(long EventWindow, int TemplateId);

/// <summary>How many records, and how many of them late.</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct WindowCount(long Records, long Late);

/// <summary>What one lane counted. One thread at a time.</summary>
internal sealed class WindowCounts
{
    // Negative id of a service or template that is new in the batch → a record that has it.
    private readonly Dictionary<(bool IsTemplate, int Id), int> _newIds = [];

    /// <summary>By severity; keys may hold the negative ids of services and templates that are new in the batch.</summary>
    public Dictionary<SeverityKey, WindowCount> BySeverity { get; } = [];

    /// <summary>By template; the value is the number of records.</summary>
    public Dictionary<TemplateKey, long> ByTemplate { get; } = [];

    /// <summary>Counts the record at <paramref name="index"/> of the batch; O(1), no allocation for keys already present.</summary>
    public void Add(int index, SeverityKey key, int templateId, bool late)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(BySeverity, key, out var known);
        if (!known && key.ServiceId < 0)
        {
            _newIds.TryAdd((false, key.ServiceId), index);
        }

        count.Records++;
        count.Late += late ? 1 : 0;
        if (templateId == 0)
        {
            return;
        }

        ref var ofTemplate = ref CollectionsMarshal.GetValueRefOrAddDefault(ByTemplate, new TemplateKey(key.EventWindow, templateId), out known);
        if (!known && templateId < 0)
        {
            _newIds.TryAdd((true, templateId), index);
        }

        ofTemplate++;
    }

    /// <summary>The real id of a service, once the batch's column holds it.</summary>
    public int ServiceId(int id, LogBatch batch) => id >= 0 ? id : batch.ServiceIds[_newIds[(false, id)]];

    /// <summary>The real id of a template, once the batch's column holds it.</summary>
    public int TemplateId(int id, LogBatch batch) => id >= 0 ? id : batch.TemplateIds[_newIds[(true, id)]];
}
