namespace LogConsole.Tests.TestSupport;

/// <summary>The checkout the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its root: the folder with the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The text of a file of the checkout.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "LogConsole.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("the tests do not run from a checkout");
    }
}
