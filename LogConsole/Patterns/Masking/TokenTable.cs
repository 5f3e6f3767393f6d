using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LogConsole.Patterns.Masking;

/// <summary>
/// The words of one service's templates, as small numbers: tokens are compared as ints. Looking up never changes the table and
/// never allocates; only templates put words in, so it is bounded by them. Ids below <see cref="FirstWord"/> are whole-token slots
/// (<see cref="SlotKind"/>). Not thread-safe while <see cref="Intern"/> runs.
/// </summary>
internal sealed class TokenTable
{
    /// <summary>The id of the first word; every smaller id is a slot.</summary>
    public const int FirstWord = 16;

    /// <summary>A word no template has.</summary>
    public const int Unknown = -1;

    // Keeps crafted collisions from being prepared for every installation alike.
    private static readonly ulong s_seed = (ulong)Random.Shared.NextInt64() | 1;

    private int[] _buckets; // [hash slot] → word index + 1, 0 when free; length is a power of two
    private Word[] _words;

    public TokenTable()
    {
        _buckets = new int[64];
        _words = new Word[32];
    }

    private TokenTable(TokenTable other)
    {
        _buckets = (int[])other._buckets.Clone();
        _words = (Word[])other._words.Clone();
        Count = other.Count;
    }

    /// <summary>Words in the table.</summary>
    public int Count { get; private set; }

    /// <summary>True for ids that stand for a slot of any kind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSlot(int id) => (uint)id < FirstWord;

    /// <summary>True for ids of slots that masking made: every slot but <see cref="SlotKind.Any"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsMasked(int id) => (uint)(id - 1) < FirstWord - 1;

    /// <summary>A table of the same words under the same ids.</summary>
    public TokenTable Clone() => new(this);

    /// <summary>The text behind a word's id: masked UTF-8.</summary>
    public ReadOnlySpan<byte> Text(int id) => _words[id - FirstWord].Text;

    /// <summary>True for slots and for words with a slot inside. Unknown words have none as far as the table can tell.</summary>
    public bool HasSlot(int id) => IsSlot(id) || (id != Unknown && _words[id - FirstWord].HasSlot);

    /// <summary>The id of the word, or <see cref="Unknown"/>.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        var hash = Hash(text);
        var buckets = _buckets;
        var mask = buckets.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            var index = buckets[slot] - 1;
            if (index < 0)
            {
                return Unknown;
            }

            ref var word = ref _words[index];
            if (word.Hash == hash && text.SequenceEqual(word.Text))
            {
                return index + FirstWord;
            }
        }
    }

    /// <summary>The id of the word; a new one when the table lacks it. The text is copied.</summary>
    public int Intern(ReadOnlySpan<byte> text)
    {
        var id = Find(text);
        if (id != Unknown)
        {
            return id;
        }

        if (Count == _words.Length)
        {
            Grow();
        }

        var hash = Hash(text);
        _words[Count++] = new Word(hash, text.ToArray(), text.Contains(TokenMasker.Slot));
        Place(hash, Count);
        return Count - 1 + FirstWord;
    }

    private void Grow()
    {
        Array.Resize(ref _words, _words.Length * 2);
        _buckets = new int[_buckets.Length * 2];
        for (var index = 0; index < Count; index++)
        {
            Place(_words[index].Hash, index + 1);
        }
    }

    private void Place(uint hash, int value)
    {
        var mask = _buckets.Length - 1;
        var slot = (int)hash & mask;
        while (_buckets[slot] != 0)
        {
            slot = (slot + 1) & mask;
        }

        _buckets[slot] = value;
    }

    // Multiply and fold, eight bytes a step (the scheme of wyhash); short words take one step.
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        const ulong factor = 0x9E3779B97F4A7C15;
        var hash = s_seed ^ ((ulong)text.Length * factor);
        while (text.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(text), factor);
            text = text[sizeof(ulong)..];
        }

        ulong tail = 0;
        if (text.Length >= sizeof(uint))
        {
            tail = MemoryMarshal.Read<uint>(text) | ((ulong)MemoryMarshal.Read<uint>(text[^sizeof(uint)..]) << 32);
        }
        else if (text.Length > 0)
        {
            tail = text[0] | ((ulong)text[text.Length >> 1] << 8) | ((ulong)text[^1] << 16);
        }

        hash = Mix(hash ^ tail, factor);
        return (uint)(hash ^ BitOperations.RotateLeft(hash, 32));
    }

    private static ulong Mix(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    private readonly record struct Word(uint Hash, byte[] Text, bool HasSlot);
}
