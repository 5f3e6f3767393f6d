using System.Buffers;

namespace LogConsole.Ingestion.Formats;

/// <summary>
/// The elements of a JSON array, or the objects of a sequence of them, found by their brackets alone:
/// whether an element is valid is its parser's question, so a broken one does not spoil its neighbours.
/// <c>[{"a":"]"}, {bad}, {"b":1}]</c> has three elements.
/// </summary>
internal ref struct JsonElements
{
    private static readonly SearchValues<byte> s_structure = SearchValues.Create("\"{}[],"u8);
    private static readonly SearchValues<byte> s_stringEnd = SearchValues.Create("\"\\"u8);
    private readonly ReadOnlySpan<byte> _json;
    private int _at;

    public JsonElements(ReadOnlySpan<byte> json)
    {
        _json = json;
        SkipBlanks();
        IsArray = _at < json.Length && json[_at] == '[';
        _at += IsArray ? 1 : 0;
    }

    public bool IsArray { get; }

    /// <summary>Where what follows a closed array begins, bytes; -1 when nothing does.</summary>
    public int TrailingAt { get; private set; } = -1;

    /// <summary>After the last element: the array was closed, or the sequence ended between two objects, and nothing follows.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The next element's place; false at the end, proper or not.</summary>
    public bool TryNext(out Range element)
    {
        element = default;
        SkipBlanks();
        if (_at >= _json.Length)
        {
            IsComplete = !IsArray;
            return false;
        }

        if (IsArray && _json[_at] == ']')
        {
            _at++;
            SkipBlanks();
            IsComplete = _at == _json.Length;
            TrailingAt = IsComplete ? -1 : _at;
            return false;
        }

        var start = _at;
        if (!TryEnd(out var end))
        {
            return false;
        }

        _at = end;
        SkipBlanks();
        if (IsArray && _at < _json.Length && _json[_at] == ',')
        {
            _at++;
        }

        while (end > start + 1 && _json[end - 1] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            end--;
        }

        element = start..end;
        return true;
    }

    // Where the element ends: behind its closing bracket, or before the comma or bracket after a bare value.
    private readonly bool TryEnd(out int end)
    {
        var depth = 0;
        end = _at;
        while (true)
        {
            var next = _json[end..].IndexOfAny(s_structure);
            if (next < 0)
            {
                // A bare value at the very end of a sequence; an open bracket or array is the caller's fault to tell.
                end = _json.Length;
                return depth == 0 && !IsArray;
            }

            end += next;
            switch (_json[end])
            {
                case (byte)'"':
                    if (!TrySkipString(ref end))
                    {
                        return false;
                    }

                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)',' when depth == 0 && end > _at:
                    return true;
                case (byte)']' when depth == 0 && IsArray:
                    return true;
                case (byte)'}' or (byte)']' when --depth <= 0:
                    end++;
                    return true;
            }

            end++;
        }
    }

    private readonly bool TrySkipString(ref int at)
    {
        at++;
        while (true)
        {
            var next = _json[at..].IndexOfAny(s_stringEnd);
            if (next < 0)
            {
                return false;
            }

            at += next;
            if (_json[at] == '"')
            {
                at++;
                return true;
            }

            at += 2;
            if (at > _json.Length)
            {
                return false;
            }
        }
    }

    private void SkipBlanks()
    {
        while (_at < _json.Length && _json[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _at++;
        }
    }
}
