namespace LogConsole.Benchmarks;

/// <summary>The labelled data that is measured with and never shipped.</summary>
internal static class EvaluationData
{
    private const string Variable = "LOGCONSOLE_EVAL_DATA";

    /// <summary>
    /// The folder of one data set: below <c>LOGCONSOLE_EVAL_DATA</c>, default <c>../shared/data</c> from the repository root
    /// (the nearest folder above that holds <c>LogConsole.sln</c>). Null where it is absent.
    /// </summary>
    public static string? Find(string dataSet)
    {
        var root = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured
            ? configured
            : RepositoryRoot() is { } repository ? Path.Combine(repository, "..", "shared", "data") : null;
        var folder = root is null ? null : Path.GetFullPath(Path.Combine(root, dataSet));
        return Directory.Exists(folder) ? folder : null;
    }

    /// <summary>Why there is nothing to measure, in one sentence.</summary>
    public static string Absent(string dataSet) =>
        $"Skipped: the data set '{dataSet}' is not there; point {Variable} at the folder that holds it (default ../shared/data from the repository root).";

    private static string? RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LogConsole.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
