using System.Text.Json;

namespace LogConsole.Benchmarks;

/// <summary>What benchmarks share: options of the form <c>--name N</c>, percentiles, one JSON object on standard output.</summary>
internal static class BenchmarkReport
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The number after <paramref name="name"/>, or the fallback.</summary>
    public static int Option(string[] args, string name, int fallback)
    {
        var at = Array.IndexOf(args, name);
        return at < 0 ? fallback : int.Parse(args[at + 1]);
    }

    /// <summary>The share-th value of the sorted ones (nearest rank), rounded to a tenth.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, double share) =>
        Math.Round(values.Order().ElementAt(Math.Clamp((int)Math.Ceiling(share * values.Count) - 1, 0, values.Count - 1)), 1);

    /// <summary>Says on standard error what is being done.</summary>
    public static void Say(string what) => Console.Error.WriteLine(what);

    /// <summary>Prints the result.</summary>
    public static void Print<T>(T result) => Console.WriteLine(JsonSerializer.Serialize(result, s_json));
}
