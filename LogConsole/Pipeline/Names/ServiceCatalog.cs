using System.Collections.Concurrent;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Pipeline.Names;

/// <summary>A known service.</summary>
/// <param name="Id">Its id in the table <c>services</c>, for ever.</param>
/// <param name="IsDemo">True for the demo stream's: the same name, real and demo, is two services.</param>
public sealed record ServiceName(int Id, string Name, bool IsDemo);

/// <summary>
/// The services and sources seen so far, as committed. Readers on any thread; advanced by the pipeline loop after a commit,
/// and from the database for names other instances added. Bounded by <see cref="PipelineOptions.MaxServices"/> and the configured sources.
/// </summary>
public sealed class ServiceCatalog(Database database) : IPipelineState
{
    /// <summary>The service that takes the records of services beyond the limit.</summary>
    public const string Other = "_other";

    private const string LoadSql = "select id, name, demo from services order by id";
    private const string LoadSourcesSql = "select id, name from sources";

    private readonly ConcurrentDictionary<(string Name, bool IsDemo), int> _ids = new();
    private readonly ConcurrentDictionary<int, ServiceName> _names = new();
    private readonly ConcurrentDictionary<string, short> _sources = new(StringComparer.Ordinal);

    /// <summary>How many services are known.</summary>
    public int Count => _ids.Count;

    /// <summary>All services, by name.</summary>
    public IReadOnlyList<ServiceName> All => [.. _names.Values.OrderBy(service => service.Name, StringComparer.Ordinal)];

    /// <summary>The committed id of a service.</summary>
    public bool TryGetId(string name, bool isDemo, out int id) => _ids.TryGetValue((name, isDemo), out id);

    /// <summary>The service of an id; a placeholder when another instance added it and it is not loaded yet.</summary>
    public ServiceName this[int id] => _names.TryGetValue(id, out var name) ? name : new ServiceName(id, $"service {id}", IsDemo: false);

    /// <summary>False for an id another instance gave and that is not loaded yet.</summary>
    public bool Knows(int id) => _names.ContainsKey(id);

    /// <summary>The ids of a name, real and demo; empty when unknown.</summary>
    public int[] IdsOf(string name)
    {
        Span<int> found = stackalloc int[2];
        var count = 0;
        foreach (var demo in (ReadOnlySpan<bool>)[false, true])
        {
            if (TryGetId(name, demo, out var id))
            {
                found[count++] = id;
            }
        }

        return found[..count].ToArray();
    }

    /// <summary>The ids of all services of a comma-separated list, also of those another instance added just now; null for null.</summary>
    public async Task<int[]?> FindIdsAsync(string? names, CancellationToken cancellationToken)
    {
        if (names is null)
        {
            return null;
        }

        var wanted = names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (wanted.Any(name => IdsOf(name).Length == 0))
        {
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        return [.. wanted.SelectMany(IdsOf)];
    }

    /// <summary>The committed id of a source.</summary>
    public bool TryGetSource(string name, out short id) => _sources.TryGetValue(name, out id);

    /// <summary>The source of an id; null when another instance added it and it is not loaded yet. O(sources).</summary>
    public string? SourceOf(short id) => _sources.FirstOrDefault(source => source.Value == id).Key;

    /// <inheritdoc/>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        _ids.Clear();
        _names.Clear();
        _sources.Clear();
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds what other instances stored meanwhile; any thread.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (var command = new NpgsqlCommand(LoadSql, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                Add(new ServiceName(reader.GetInt32(0), reader.GetString(1), reader.GetBoolean(2)));
            }
        }

        await using (var command = new NpgsqlCommand(LoadSourcesSql, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                AddSource(reader.GetString(1), reader.GetInt16(0));
            }
        }
    }

    internal void Add(ServiceName service)
    {
        _ids[(service.Name, service.IsDemo)] = service.Id;
        _names[service.Id] = service;
    }

    internal void AddSource(string name, short id) => _sources[name] = id;
}
