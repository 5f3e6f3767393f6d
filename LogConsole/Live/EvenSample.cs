namespace LogConsole.Live;

/// <summary>Which of many to show when only some can be shown. Pure.</summary>
public static class EvenSample
{
    /// <summary>
    /// The place of the n-th of <paramref name="wanted"/> picked from <paramref name="count"/> in a row: evenly spread, rising, the last one always among them.
    /// 3 of 10 are 2, 5 and 9.
    /// </summary>
    /// <param name="n">0 … wanted - 1.</param>
    /// <param name="wanted">At most <paramref name="count"/>.</param>
    public static int At(int n, int wanted, int count) => (int)((((long)n + 1) * count / wanted) - 1);
}
