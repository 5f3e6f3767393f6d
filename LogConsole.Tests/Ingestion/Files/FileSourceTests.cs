using System.IO.Compression;
using System.Text;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Files;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LogConsole.Tests.Ingestion.Files;

/// <summary>Real files, the real pipeline and a real database: whatever happens to the files, every line is stored exactly once.</summary>
public sealed class FileSourceTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryDirectory _folder = new();
    private readonly List<string> _written = [];
    private readonly FakeTimeProvider _time = new(Some.Time);
    private TestDatabase _database = null!;
    private PipelineHarness _pipeline = null!;
    private FileSource? _source;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Log => _folder.Combine("app.log");

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _pipeline = await PipelineHarness.StartAsync(_database, services => services.AddSingleton<IngestionCounters>());
    }

    public async ValueTask DisposeAsync()
    {
        await RestartAsync();
        await _pipeline.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Turn_GrowingFile_TakesWholeLinesOnce()
    {
        Write("one", "two");
        await File.AppendAllTextAsync(Log, "thr", Cancellation);
        await TurnAsync();
        await AssertStoredOnceAsync();

        await File.AppendAllTextAsync(Log, "ee\n", Cancellation);
        _written.Add("three");
        await TurnAsync();
        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    [Fact]
    public async Task Turn_RenamedAndCreated_FollowsBoth()
    {
        Write("one");
        await TurnAsync();
        Write("two");
        File.Move(Log, Log + ".1");
        Write("three");
        await File.AppendAllTextAsync(Log + ".1", "late\n", Cancellation);
        _written.Add("late");

        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Turn_CopiedAndTruncated_ReadsTheCopyOnFromWhereItStood(bool restarted)
    {
        Write("one", "two");
        await TurnAsync();
        Write("three");
        File.Copy(Log, Log + ".1");
        if (!restarted)
        {
            // The copy stands beside an original that is not truncated yet.
            await TurnAsync();
        }
        else
        {
            await RestartAsync();
        }

        File.WriteAllText(Log, "");
        Write("four");
        await TurnAsync();
        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a first line that is much longer than all that had been in the file before it was truncated")]
    public async Task Turn_Truncated_BeginsAgain(string first)
    {
        Write("one", "two");
        await TurnAsync();
        File.WriteAllText(Log, "");
        Write(first, "one");
        await TurnAsync();
        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Turn_CompressedWhileBeingRead_IsFinishedWithoutDoubles(bool restarted)
    {
        Write("one", "two");
        await TurnAsync();
        Write("three");
        File.Move(Log, Log + ".1");
        if (restarted)
        {
            await RestartAsync();
        }

        Compress(Log + ".1", Log + ".1.gz");
        File.Delete(Log + ".1");
        Write("four");
        await TurnAsync();
        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    [Fact]
    public async Task Turn_HalfWrittenArchive_WaitsForItsRest()
    {
        Write("one", "two");
        Compress(Log, Log + ".1.gz");
        File.Delete(Log);
        var whole = await File.ReadAllBytesAsync(Log + ".1.gz", Cancellation);
        await File.WriteAllBytesAsync(Log + ".1.gz", whole[..^5], Cancellation);
        await TurnAsync();
        Assert.Equal(0, await _database.ScalarAsync<long>("select count(*) from logs"));

        await File.WriteAllBytesAsync(Log + ".1.gz", whole, Cancellation);
        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    [Fact]
    public async Task Turn_Deleted_ReadsWhatWasWrittenToItsEnd()
    {
        Write("one");
        await TurnAsync();
        Write("two");
        await File.AppendAllTextAsync(Log, "no line end", Cancellation);
        _written.Add("no line end");
        File.Delete(Log);

        await TurnAsync();
        _time.Advance(TimeSpan.FromSeconds(6));
        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    [Fact]
    public async Task Turn_AfterARestart_GoesOnWhereItWas()
    {
        Write([.. Enumerable.Range(0, 2000).Select(i => $"line {i}")]);
        await TurnAsync();
        await RestartAsync();
        Write("later");
        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    [Fact]
    public async Task Turn_StackTraceThatComesInPieces_IsOneRecord()
    {
        await File.WriteAllTextAsync(Log, "2026-11-20 10:00:00 ERROR failed\n\tat a.B.c(B.java:1)\n", Cancellation);
        await TurnAsync(join: true);
        await File.AppendAllTextAsync(Log, "\tat a.B.d(B.java:2)\n", Cancellation);
        await TurnAsync(join: true);
        Assert.Equal(0, await _database.ScalarAsync<long>("select count(*) from logs"));

        _time.Advance(TimeSpan.FromSeconds(2));
        await TurnAsync(join: true);
        Assert.Equal("failed\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)", await _database.ScalarAsync<string>("select body from logs"));
        Assert.Equal(17, await _database.ScalarAsync<short>("select severity from logs"));
    }

    [Fact]
    public async Task Turn_SmallBuffer_CutsNothingApart()
    {
        Write([.. Enumerable.Range(0, 500).Select(i => $"line {i} {new string('x', i + 1)}")]);
        Write(new string('y', 4096), "end");
        await TurnAsync(readBytes: 8 << 10);
        await AssertStoredOnceAsync();
    }

    [Fact]
    public async Task Turn_WhileIngestIsHeld_ReadsNothing()
    {
        Write("one");
        _pipeline.Get<IngestGate>().Hold("test", "held");
        await TurnAsync();
        Assert.Equal(0, await _database.ScalarAsync<long>("select count(*) from logs"));

        _pipeline.Get<IngestGate>().Release("test");
        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    [Fact]
    public async Task Turn_TwoConsoles_NeverStoreALineTwice()
    {
        Write("one");
        await TurnAsync();
        var other = MakeSource();
        await other.TurnAsync(Cancellation);
        Write("two");

        await Assert.ThrowsAsync<InvalidOperationException>(() => TurnAsync());
        await other.TurnAsync(Cancellation);
        await other.CloseAsync();
        await AssertStoredOnceAsync();
    }

    [Fact]
    public async Task Turn_StrangeNames_AreReadOrLeftAlone()
    {
        var outside = _folder.Combine("elsewhere");
        await File.WriteAllTextAsync(outside, "through a link\n", Cancellation);
        File.CreateSymbolicLink(_folder.Combine("app.link.log"), outside);
        File.CreateSymbolicLink(_folder.Combine("app.broken.log"), _folder.Combine("nowhere"));
        Directory.CreateDirectory(_folder.Combine("app.folder.log"));
        await File.WriteAllTextAsync(_folder.Combine("app.';drop table logs--\n.log"), "strange\n", Cancellation);
        _written.AddRange(["through a link", "strange"]);

        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Turn_Utf16_IsLeftAlone(bool isOpenedEmpty)
    {
        var path = _folder.Combine("app.utf16.log");
        if (isOpenedEmpty)
        {
            await File.WriteAllBytesAsync(path, [], Cancellation);
            await TurnAsync();
        }

        await File.WriteAllTextAsync(path, "none\n", Encoding.Unicode, Cancellation);
        Write("one");
        await TurnAsync();
        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    [Fact]
    public async Task Turn_OtherNameSameBeginning_IsAFileOfItsOwn()
    {
        await File.WriteAllTextAsync(_folder.Combine("app-b.log"), "started\n", Cancellation);
        await TurnAsync();
        await File.WriteAllTextAsync(_folder.Combine("app-a.log"), "started\nmore of a\n", Cancellation);
        _written.AddRange(["started", "started", "more of a"]);

        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    [Fact]
    public async Task Turn_FromEnd_SkipsWhatWasThereAtTheStart()
    {
        await File.WriteAllTextAsync(Log, "old\n", Cancellation);
        _source = MakeSource(fromEnd: true);
        await TurnAsync();
        Write("new");
        await TurnAsync();
        await AssertStoredOnceAsync();
    }

    private FileSource MakeSource(bool join = false, int readBytes = 1 << 20, bool fromEnd = false) => new(
        _pipeline.Queue,
        _pipeline.Get<IngestGate>(),
        _database.Database,
        _pipeline.Get<IngestionCounters>(),
        Options.Create(new FilesOptions
        {
            Sources = [new FileSourceOptions { Paths = [_folder.Combine("app*")], Service = "shop", FromEnd = fromEnd }],
            JoinTimeout = join ? TimeSpan.FromSeconds(1) : TimeSpan.Zero,
            ReadBytes = readBytes,
            Host = "test",
        }),
        Options.Create(new IngestionOptions()),
        _time,
        NullLogger<FileSource>.Instance);

    private Task TurnAsync(bool join = false, int readBytes = 1 << 20) => (_source ??= MakeSource(join, readBytes)).TurnAsync(Cancellation);

    private async Task RestartAsync()
    {
        if (_source is not null)
        {
            await _source.CloseAsync();
            _source = null;
        }
    }

    private void Write(params string[] lines)
    {
        File.AppendAllLines(Log, lines);
        _written.AddRange(lines);
    }

    private static void Compress(string path, string archive)
    {
        using var packed = new GZipStream(File.Create(archive), CompressionLevel.Fastest);
        packed.Write(File.ReadAllBytes(path));
    }

    private async Task AssertStoredOnceAsync()
    {
        var bodies = await _database.ScalarAsync<string[]>("select coalesce(array_agg(body), '{}') from logs");
        Assert.Equal(_written.Order(StringComparer.Ordinal), bodies.Order(StringComparer.Ordinal));
    }
}
