using LogConsole.Ingestion;

namespace LogConsole.Patterns;

/// <summary>What one batch did to one template. Belongs to one lane until the lanes have joined.</summary>
internal sealed class TemplateUse(ServiceMining service, LogCluster cluster, int firstRecord, LogTimestamp firstSeen)
{
    private string? _text;

    /// <summary>Where the template lives.</summary>
    public ServiceMining Service { get; } = service;

    /// <summary>The cluster as the batch leaves it.</summary>
    public LogCluster Cluster { get; private set; } = cluster;

    /// <summary>True when the batch starts the template.</summary>
    public bool IsNew { get; } = cluster.Id < 0;

    /// <summary>True when the batch widens a template that was there.</summary>
    public bool IsWidened { get; private set; }

    /// <summary>Index of the first record in the batch.</summary>
    public int FirstRecord { get; } = firstRecord;

    /// <summary>Index of the last record in the batch.</summary>
    public int LastRecord { get; private set; } = firstRecord;

    /// <summary>Records of the batch.</summary>
    public int Count { get; private set; }

    /// <summary>Lowest event time in the batch.</summary>
    public LogTimestamp FirstSeen { get; private set; } = firstSeen;

    /// <summary>Highest event time in the batch.</summary>
    public LogTimestamp LastSeen { get; private set; } = firstSeen;

    /// <summary>Read only once the lanes have joined.</summary>
    public string Text => _text ??= TemplateCodec.ToText(Cluster.Tokens, Service.Tree.Tokens);

    /// <summary>The miner's state to store.</summary>
    public string State => TemplateCodec.Encode(Cluster, Service.Tree.Tokens);

    public void Add(int record, LogTimestamp timestamp)
    {
        Count++;
        LastRecord = record;
        FirstSeen = timestamp < FirstSeen ? timestamp : FirstSeen;
        LastSeen = timestamp > LastSeen ? timestamp : LastSeen;
    }

    public void Widen(LogCluster cluster)
    {
        Cluster = cluster;
        IsWidened = true;
    }
}
