namespace LogConsole;

/// <summary>Finds what a misspelt name was probably meant to be.</summary>
internal static class NearestName
{
    /// <summary>The most similar of the names, whatever the case; the first of several. Throws when there is none.</summary>
    public static string Of(string name, IEnumerable<string> names) => names.MinBy(known => Distance(name, known))!;

    /// <summary>The most similar of the names when at most <paramref name="slips"/> letters are wrong, else null.</summary>
    public static string? Within(int slips, string name, IEnumerable<string> names) =>
        names.Where(known => Distance(name, known) <= slips).MinBy(known => Distance(name, known));

    /// <summary>Letters to add, drop or change (Levenshtein, 1966; two neighbours swapped count as one slip, Damerau, 1964), ignoring case.</summary>
    public static int Distance(string a, string b)
    {
        (a, b) = (a.ToUpperInvariant(), b.ToUpperInvariant());
        var before = new int[b.Length + 1];
        var above = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, above) = (above, row);
        }

        return above[^1];
    }
}
