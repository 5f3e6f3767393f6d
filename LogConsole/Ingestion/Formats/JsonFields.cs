using System.Text.Json;

namespace LogConsole.Ingestion.Formats;

/// <summary>Where one field of a JSON line stands. Offsets and lengths in bytes; of strings, of their insides.</summary>
internal readonly record struct JsonField
{
    /// <summary>The nested root it was found in (<c>service</c> of <c>service:{name}</c>); length 0 at the top level.</summary>
    public int RootStart { get; init; }

    public int RootLength { get; init; }

    public int NameStart { get; init; }

    public int NameLength { get; init; }

    public int ValueStart { get; init; }

    public int ValueLength { get; init; }

    public JsonTokenType Type { get; init; }

    public bool NameHasEscapes { get; init; }

    public bool ValueHasEscapes { get; init; }

    public FieldName Meaning { get; init; }
}

/// <summary>
/// The fields of one JSON object, found in one pass over the line with the meaning of each name; reused from line to line.
/// Members of ECS's nested roots count as fields of their own (<see cref="FieldNames.IsNestedRoot"/>).
/// </summary>
internal sealed class JsonFields
{
    /// <summary>More fields than this in one record are refused: an honest record has dozens.</summary>
    public const int Limit = 10_000;

    /// <summary>Fields of one meaning beyond this many are plain attributes, so that a record of nothing but timestamps costs no more than another.</summary>
    private const int MaxAlike = 16;

    // Per meaning: the best field, and all of them in the order of the line.
    private readonly int[] _best = new int[FieldNames.KindCount];
    private readonly int[] _alike = new int[FieldNames.KindCount];
    private readonly int[] _candidates = new int[FieldNames.KindCount * MaxAlike];
    private JsonField[] _fields = new JsonField[32];
    private bool[] _taken = new bool[32];

    public int Count { get; private set; }

    /// <summary>The record carries <c>@t</c>, <c>@m</c> or <c>@mt</c>: it is a CLEF event, whatever the request says.</summary>
    public bool IsClef { get; private set; }

    /// <summary>The record's <c>t</c> is an object: it is MongoDB's.</summary>
    public bool IsMongo { get; private set; }

    /// <summary>The record carries the time of systemd's journal.</summary>
    public bool IsJournal { get; private set; }

    public ref readonly JsonField this[int index] => ref _fields[index];

    /// <summary>The field became a column of the record, so it is not an attribute as well.</summary>
    public void Take(int index) => _taken[index] = true;

    public bool IsTaken(int index) => _taken[index];

    /// <summary>Reads the line. Throws <see cref="JsonException"/> when it is not one valid JSON object.</summary>
    /// <returns>False when it has too many fields.</returns>
    public bool TryRead(ReadOnlySpan<byte> line)
    {
        Count = 0;
        IsClef = IsMongo = IsJournal = false;
        Array.Fill(_best, -1);
        Array.Clear(_alike);
        var reader = new Utf8JsonReader(line, JsonValues.ReaderOptions);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        if (!TryReadMembers(ref reader, line, 0, 0))
        {
            return false;
        }

        // Anything after the object is an error, which only another read finds.
        return !reader.Read();
    }

    /// <summary>The field of a meaning whose name comes first in the order of <see cref="FieldNames"/>, or -1.</summary>
    public int Best(FieldKind kind) => _best[(int)kind];

    /// <summary>The next best of a meaning after one that could not be used, or -1.</summary>
    public int After(FieldKind kind, int index)
    {
        var found = -1;
        foreach (var i in _candidates.AsSpan((int)kind * MaxAlike, _alike[(int)kind]))
        {
            if (IsBetter(index, i) && (found < 0 || IsBetter(i, found)))
            {
                found = i;
            }
        }

        return found;
    }

    private bool IsBetter(int a, int b)
    {
        var byRank = _fields[a].Meaning.Rank - _fields[b].Meaning.Rank;
        return byRank < 0 || (byRank == 0 && a < b);
    }

    private bool TryReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, int rootStart, int rootLength)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var nameStart = (int)reader.TokenStartIndex + 1;
            var name = reader.ValueSpan;
            var nameHasEscapes = reader.ValueIsEscaped;
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && rootLength == 0 && FieldNames.IsNestedRoot(name))
            {
                if (!TryReadMembers(ref reader, line, nameStart, name.Length))
                {
                    return false;
                }

                continue;
            }

            if (Count == Limit)
            {
                return false;
            }

            var start = (int)reader.TokenStartIndex + (reader.TokenType == JsonTokenType.String ? 1 : 0);
            var value = JsonValues.ReadValue(ref reader, line);
            Add(new JsonField
            {
                RootStart = rootStart,
                RootLength = rootLength,
                NameStart = nameStart,
                NameLength = name.Length,
                NameHasEscapes = nameHasEscapes,
                ValueStart = start,
                ValueLength = value.Text.Length,
                ValueHasEscapes = value.HasEscapes,
                Type = value.Type,
                Meaning = rootLength == 0 ? FieldNames.Classify(name) : FieldNames.ClassifyNested(line.Slice(rootStart, rootLength), name),
            });
        }

        return true;
    }

    private void Add(in JsonField field)
    {
        if (Count == _fields.Length)
        {
            Array.Resize(ref _fields, Count * 2);
            Array.Resize(ref _taken, Count * 2);
        }

        var index = Count++;
        _fields[index] = field;
        _taken[index] = false;
        var kind = (int)field.Meaning.Kind;
        if (field.Meaning.Kind == FieldKind.None)
        {
            return;
        }

        IsClef |= field.Meaning is { Kind: FieldKind.ClefTemplate } or { Kind: FieldKind.Time, Rank: FieldNames.ClefTime }
            or { Kind: FieldKind.Body, Rank: FieldNames.ClefMessage };
        IsMongo |= field is { Meaning: { Kind: FieldKind.Time, Rank: FieldNames.LetterTime }, Type: JsonTokenType.StartObject };
        IsJournal |= field.Meaning is { Kind: FieldKind.Time, Rank: FieldNames.JournalTime };

        // null says nothing: the name counts as absent.
        if (field.Type == JsonTokenType.Null)
        {
            _taken[index] = true;
            _fields[index] = field with { Meaning = default };
            return;
        }

        if (_alike[kind] == MaxAlike)
        {
            _fields[index] = field with { Meaning = default };
            return;
        }

        _candidates[(kind * MaxAlike) + _alike[kind]++] = index;
        ref var best = ref _best[kind];
        best = best < 0 || IsBetter(index, best) ? index : best;
    }
}
