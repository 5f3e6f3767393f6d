using LogConsole.Patterns.Masking;
using LogConsole.Pipeline;

namespace LogConsole.Patterns;

/// <summary>
/// The templates of one attempt at a batch. New templates carry negative ids until the transaction gives them real ones, in the order in
/// which the batch first shows them, whatever the number of lanes.
/// </summary>
internal sealed class MiningChange : IStageChange
{
    private readonly TemplateMiner _miner;
    private readonly TimeProvider _time;
    private readonly Lane[] _lanes;
    private List<TemplateUse>? _created;
    private int[] _createdIds = [];

    internal MiningChange(TemplateMiner miner, LogBatch batch, int laneCount, TimeProvider time)
    {
        _miner = miner;
        _time = time;
        Batch = batch;
        _lanes = new Lane[laneCount];
        for (var lane = 0; lane < laneCount; lane++)
        {
            _lanes[lane] = new Lane(miner.Tokenizer(lane));
        }
    }

    /// <summary>The batch whose <see cref="LogBatch.TemplateIds"/> are filled.</summary>
    public LogBatch Batch { get; }

    /// <summary>The templates the batch starts, in the order of their first records. Read only once the lanes have joined.</summary>
    public IReadOnlyList<TemplateUse> Created =>
        _created ??= [.. Uses.Where(use => use.IsNew).OrderBy(use => use.FirstRecord)];

    /// <summary>Every template the batch touches. Read only once the lanes have joined.</summary>
    public IEnumerable<TemplateUse> Uses => _lanes.SelectMany(lane => lane.Services.Values).SelectMany(service => service.Uses);

    /// <inheritdoc/>
    public void Process(int lane, ReadOnlySpan<int> indices)
    {
        var state = _lanes[lane];
        var batch = Batch;
        var serviceId = 0;
        ServiceMining? service = null;
        foreach (var index in indices)
        {
            if (service is null || batch.ServiceIds[index] != serviceId)
            {
                serviceId = batch.ServiceIds[index];
                service = state.Service(serviceId, _miner);
            }

            // Unique over the lanes, and the same whichever lane runs first.
            var newId = -1 - ((state.NewTemplates * _lanes.Length) + lane);
            var record = batch.Records[index];
            var id = service.Assign(index, record.Body.Span, record.Timestamp, state.Tokenizer, newId);
            batch.TemplateIds[index] = id;
            if (id < 0)
            {
                state.Unresolved.Add((index, id));
                state.NewTemplates += id == newId ? 1 : 0;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(BatchTransaction transaction, CancellationToken cancellationToken)
    {
        if (Created.Count > 0)
        {
            AssignIds(await TemplateStore
                .InsertAsync(transaction.Connection, Batch, Created, _time.GetUtcNow(), cancellationToken)
                .ConfigureAwait(false));
        }

        var known = Uses.Where(use => !use.IsNew).ToList();
        if (known.Count > 0)
        {
            await TemplateStore.UpdateAsync(transaction.Connection, Batch, known, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives <see cref="Created"/> their ids, in order, and the batch's records with them. May be repeated with other ids.</summary>
    public void AssignIds(int[] ids)
    {
        _createdIds = ids;
        var real = new Dictionary<int, int>(ids.Length);
        for (var i = 0; i < ids.Length; i++)
        {
            real.Add(Created[i].Cluster.Id, ids[i]);
        }

        foreach (var (record, id) in _lanes.SelectMany(lane => lane.Unresolved))
        {
            Batch.TemplateIds[record] = real[id];
        }
    }

    /// <inheritdoc/>
    public void Apply()
    {
        for (var i = 0; i < _createdIds.Length; i++)
        {
            Created[i].Cluster.Id = _createdIds[i];
        }

        foreach (var service in _lanes.SelectMany(lane => lane.Services.Values))
        {
            _miner.Commit(Batch, service);
        }

        _miner.Advance(Batch.Records.Length);
    }

    private sealed class Lane(LineTokenizer tokenizer)
    {
        public LineTokenizer Tokenizer { get; } = tokenizer;

        /// <summary>By the id the batch carries during processing: negative for services it introduces.</summary>
        public Dictionary<int, ServiceMining> Services { get; } = [];

        /// <summary>Records of new templates: (record, negative template id).</summary>
        public List<(int Record, int Id)> Unresolved { get; } = [];

        public int NewTemplates { get; set; }

        public ServiceMining Service(int id, TemplateMiner miner)
        {
            if (!Services.TryGetValue(id, out var service))
            {
                service = new ServiceMining(miner.Tree(id));
                Services.Add(id, service);
            }

            return service;
        }
    }
}
