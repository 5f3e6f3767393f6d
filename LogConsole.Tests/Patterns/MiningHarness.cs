using System.Text;
using LogConsole.Ingestion;
using LogConsole.Patterns;
using LogConsole.Patterns.Masking;
using LogConsole.Pipeline;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogConsole.Tests.Patterns;

/// <summary>Mining as the pipeline does it, with a counter for the identity column or the real table.</summary>
internal sealed class MiningHarness
{
    private readonly MineTemplates _stage;
    private readonly Dictionary<string, int> _services = new(StringComparer.Ordinal);
    private int _nextId = 1;

    public MiningHarness(DrainOptions? options = null)
    {
        Options = options ?? new DrainOptions();
        Miner = new TemplateMiner(Options, new TemplateCatalog(), NullLogger<TemplateMiner>.Instance);
        Miner.Load([]);
        _stage = new MineTemplates(Miner, new FakeTimeProvider());
    }

    public DrainOptions Options { get; }

    public TemplateMiner Miner { get; }

    public static LogBatch Batch(params (string Service, string Message)[] records) => Batch(0, records);

    /// <summary>One delivery of these records.</summary>
    /// <param name="start">Event time of the first record, µs; the others follow by one.</param>
    public static LogBatch Batch(long start, params (string Service, string Message)[] records) => LogBatch.Of(
    [
        new Delivery
        {
            Source = "test",
            SizeBytes = 0,
            Records = [.. records.Select((record, i) => new LogRecord
            {
                Service = record.Service,
                Body = Encoding.UTF8.GetBytes(record.Message),
                Timestamp = new LogTimestamp(start + i),
                ObservedTimestamp = default,
            })],
        },
    ]);

    public static LogBatch Batch(string service, IEnumerable<string> messages) => Batch([.. messages.Select(message => (service, message))]);

    /// <summary>Runs the lanes; services new to the harness get negative ids, as the stage before gives them.</summary>
    public MiningChange Process(LogBatch batch, int lanes = 1)
    {
        var introduced = new List<string>();
        var indices = Enumerable.Range(0, lanes).Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < batch.Records.Length; i++)
        {
            var service = batch.Records[i].Service;
            if (!_services.TryGetValue(service, out var id))
            {
                var index = introduced.IndexOf(service);
                if (index < 0)
                {
                    index = introduced.Count;
                    introduced.Add(service);
                }

                id = -1 - index;
            }

            batch.ServiceIds[i] = id;
            indices[Math.Abs(service.Sum(letter => letter)) % lanes].Add(i);
        }

        var change = (MiningChange)_stage.Begin(batch, lanes);
        Parallel.For(0, lanes, lane => change.Process(lane, indices[lane].ToArray()));
        return change;
    }

    /// <summary>What the stages before do inside the transaction: real ids for new services.</summary>
    public void ResolveServices(LogBatch batch, Func<string, int>? idOf = null)
    {
        for (var i = 0; i < batch.Records.Length; i++)
        {
            var service = batch.Records[i].Service;
            if (!_services.TryGetValue(service, out var id))
            {
                _services.Add(service, id = idOf?.Invoke(service) ?? _services.Count + 1);
            }

            batch.ServiceIds[i] = id;
        }
    }

    /// <summary>Processes and commits; returns the template id of each record.</summary>
    public int[] Commit(LogBatch batch, int lanes = 1)
    {
        var change = Process(batch, lanes);
        ResolveServices(batch);
        change.AssignIds([.. Enumerable.Range(_nextId, change.Created.Count)]);
        _nextId += change.Created.Count;
        change.Apply();
        return batch.TemplateIds;
    }

    public int[] Commit(params string[] messages) => Commit(Batch("shop", messages));

    public string Text(int id) => Miner.Catalog.TryGet(id, out var template) ? template.Text : throw new InvalidOperationException($"No template {id}.");

    /// <summary>The templates of messages mined one after another by a fresh miner, as their texts stand at the end.</summary>
    public static string[] TextsOf(params string[] messages)
    {
        var harness = new MiningHarness();
        var ids = harness.Commit(messages);
        return [.. ids.Select(harness.Text)];
    }

    /// <summary>One token, masked, as people see it.</summary>
    public static string Masked(string token)
    {
        var table = new TokenTable();
        var ids = new LineTokenizer(new DrainOptions()).Intern(Encoding.UTF8.GetBytes(token), table);
        return TemplateCodec.ToText(ids, table);
    }
}
