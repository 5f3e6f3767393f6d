namespace LogConsole.Tests.TestSupport;

/// <summary>A folder that is gone after the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Closed to other accounts, as <c>mktemp -d</c> makes it.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("logconsole-test-").FullName;

    public string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
