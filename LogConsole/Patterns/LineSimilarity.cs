using System.Diagnostics;
using LogConsole.Patterns.Masking;

namespace LogConsole.Patterns;

/// <summary>How alike a line and a template of the same length are. Pure; token ids of one <see cref="TokenTable"/>.</summary>
internal static class LineSimilarity
{
    /// <summary>What <see cref="CountEqual"/> returns when fewer than needed agree.</summary>
    public const int TooFew = -1;

    /// <summary>Positions that must agree. Slots agree for free, so the threshold is a share of the words alone; a slot that does not agree costs as much as a word.</summary>
    public static int Needed(ReadOnlySpan<int> line, TokenTable tokens, double threshold)
    {
        var words = 0;
        foreach (var token in line)
        {
            words += tokens.HasSlot(token) ? 0 : 1;
        }

        return line.Length - words + (int)Math.Ceiling(threshold * words);
    }

    /// <summary>
    /// Positions that agree, <see cref="TooFew"/> as soon as fewer than needed can. Two slots of whatever kind agree; widened positions
    /// (<see cref="SlotKind.Any"/>) do not count.
    /// </summary>
    /// <param name="wild">Widened positions, as far as the comparison went.</param>
    public static int CountEqual(int[] template, ReadOnlySpan<int> line, int needed, out int wild)
    {
        wild = 0;
        Debug.Assert(template.Length == line.Length, "A leaf holds templates of one length.");
        var spare = line.Length - needed;
        var equal = 0;
        for (var i = 0; i < template.Length && i < line.Length; i++)
        {
            var token = template[i];
            if ((token == line[i] && token != (int)SlotKind.Any) || (TokenTable.IsSlot(line[i]) && TokenTable.IsMasked(token)))
            {
                equal++;
                continue;
            }

            wild += token == (int)SlotKind.Any ? 1 : 0;
            if (--spare < 0)
            {
                return TooFew;
            }
        }

        return equal;
    }

    /// <summary>True when the template needs no widening to take the line in.</summary>
    public static bool Covers(int[] template, ReadOnlySpan<int> line)
    {
        for (var i = 0; i < template.Length; i++)
        {
            var token = template[i];
            var covered = token == line[i] || token == (int)SlotKind.Any || (token == (int)SlotKind.Mixed && TokenTable.IsSlot(line[i]));
            if (!covered)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The template's tokens with those that differ from the line's as slots.</summary>
    public static int[] Widen(int[] template, ReadOnlySpan<int> line)
    {
        var tokens = (int[])template.Clone();
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] != line[i] && tokens[i] != (int)SlotKind.Any)
            {
                tokens[i] = (int)(TokenTable.IsSlot(tokens[i]) && TokenTable.IsSlot(line[i]) ? SlotKind.Mixed : SlotKind.Any);
            }
        }

        return tokens;
    }
}
