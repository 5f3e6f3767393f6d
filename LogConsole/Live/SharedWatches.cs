namespace LogConsole.Live;

/// <summary>One value per key for as long as anybody uses it: made for the first, disposed of after the last. Thread-safe.</summary>
/// <param name="make">Makes the value of a key; quick, called under a lock.</param>
public sealed class SharedWatches<TKey, TValue>(Func<TKey, TValue> make)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Entry> _entries = [];
    private TValue[] _values = [];

    /// <summary>The values in use; a snapshot that costs nothing to take.</summary>
    public IReadOnlyList<TValue> Current => Volatile.Read(ref _values);

    /// <summary>The key's value; give it back by disposing of what is returned, once.</summary>
    public Use Enter(TKey key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries[key] = entry = new Entry(make(key));
                _values = [.. _entries.Values.Select(one => one.Value)];
            }

            entry.Users++;
            return new Use(this, key, entry.Value);
        }
    }

    private void Leave(TKey key)
    {
        lock (_lock)
        {
            if (--_entries[key].Users == 0)
            {
                _entries.Remove(key);
                _values = [.. _entries.Values.Select(one => one.Value)];
            }
        }
    }

    /// <summary>One user's hold on a value.</summary>
    public sealed class Use : IDisposable
    {
        private readonly TKey _key;
        private SharedWatches<TKey, TValue>? _owner;

        internal Use(SharedWatches<TKey, TValue> owner, TKey key, TValue value)
        {
            _owner = owner;
            _key = key;
            Value = value;
        }

        /// <summary>What is shared.</summary>
        public TValue Value { get; }

        /// <inheritdoc/>
        public void Dispose() => Interlocked.Exchange(ref _owner, null)?.Leave(_key);
    }

    private sealed class Entry(TValue value)
    {
        public TValue Value { get; } = value;

        public int Users { get; set; }
    }
}
