namespace LogConsole.Anomalies.Explanations;

/// <summary>Gathers evidence while an explanation is written: numbers are read by the query that will find them again.</summary>
internal sealed class EvidenceList(EvidenceReader reader)
{
    private readonly List<Evidence> _items = [];

    public IReadOnlyList<Evidence> Items => _items;

    /// <summary>Reads the numbers of a fact and keeps it.</summary>
    /// <param name="text">The fact in words, from its numbers.</param>
    public async Task<Evidence> AddAsync(EvidenceQuery query, string link, Func<Numbers, string> text, CancellationToken cancellationToken) =>
        (await AddAsync(query, link, text, _ => true, cancellationToken).ConfigureAwait(false))!;

    /// <summary>The same when its numbers are <paramref name="enough"/> to say anything; else null.</summary>
    public async Task<Evidence?> AddAsync(EvidenceQuery query, string link, Func<Numbers, string> text, Predicate<Numbers> enough, CancellationToken cancellationToken)
    {
        var numbers = await reader.ReadAsync(query, cancellationToken).ConfigureAwait(false);
        if (!enough(new Numbers(numbers)))
        {
            return null;
        }

        var evidence = new Evidence($"e{_items.Count + 1}", text(new Numbers(numbers)), numbers, query, link);
        _items.Add(evidence);
        return evidence;
    }
}

/// <summary>Numbers by name.</summary>
internal readonly struct Numbers(IReadOnlyList<EvidenceNumber> numbers)
{
    public double this[string name] => numbers.FirstOrDefault(number => number.Name == name)?.Value ?? 0;
}
