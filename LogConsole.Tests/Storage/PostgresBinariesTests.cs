using LogConsole.Storage.Embedded;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Storage;

public sealed class PostgresBinariesTests : IDisposable
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TemporaryDirectory _closed = new();
    private readonly TemporaryDirectory _open = new();

    public PostgresBinariesTests() => File.SetUnixFileMode(_open.Path, Everybody);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Place => _open.Combine("place");

    public void Dispose()
    {
        _closed.Dispose();
        _open.Dispose();
    }

    [Fact]
    public async Task Find_RunsWhereItIs_IsNotCopied()
    {
        var user = Environment.IsPrivilegedProcess ? "nobody" : null;
        var binaries = await PostgresBinaries.FindAsync(Fake(_open), user, [Place], Cancellation);
        Assert.Equal(new PostgresBinaries(_open.Combine("postgres"), 18), binaries);
        Assert.False(Directory.Exists(Place));
    }

    [Fact]
    public async Task Find_BelowAFolderClosedToTheUser_IsCopiedOnceByManyAtOnce()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root starts PostgreSQL as another user.");
        var directory = Fake(_closed);
        var found = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PostgresBinaries.FindAsync(directory, "nobody", [Place], Cancellation)));
        var copy = Assert.Single(Directory.GetDirectories(Place));
        Assert.All(found, binaries => Assert.Equal(new PostgresBinaries(copy, 18), binaries));
    }

    [Fact]
    public async Task Find_FirstPlaceCannotBeWritten_TakesTheNext()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root starts PostgreSQL as another user.");
        var found = await PostgresBinaries.FindAsync(Fake(_closed), "nobody", ["/proc/none", Place], Cancellation);
        Assert.StartsWith(Place, found.Directory, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_Nothing_SaysWhichKeyToSet()
    {
        var fault = await Assert.ThrowsAsync<StartupException>(() => PostgresBinaries.FindAsync(_open.Combine("none"), null, [], Cancellation));
        Assert.Equal(ExitCodes.EmbeddedDatabase, fault.ExitCode);
        Assert.Contains("Storage:PostgresDirectory", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_UnknownUser_NamesTheKey()
    {
        var fault = await Assert.ThrowsAsync<StartupException>(() => PostgresBinaries.FindAsync(Fake(_open), "no-such-user", [Place], Cancellation));
        Assert.Equal(ExitCodes.Configuration, fault.ExitCode);
        Assert.Contains("Storage:EmbeddedUser", fault.Message, StringComparison.Ordinal);
    }

    private static string Fake(TemporaryDirectory parent)
    {
        var directory = parent.Combine("postgres");
        Directory.CreateDirectory(Path.Combine(directory, "bin"));
        var postgres = Path.Combine(directory, "bin", "postgres");
        File.WriteAllText(postgres, "#!/bin/sh\necho 'postgres (PostgreSQL) 18.4'\n");
        File.SetUnixFileMode(postgres, Everybody);
        return directory;
    }
}
