using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using LogConsole.Storage.Embedded;
using Npgsql;

namespace LogConsole.Tests.TestSupport;

/// <summary>
/// The real console as a child process on a free loopback port: what <c>dotnet LogConsole.dll</c> does for a user, and what kill -9 does to it.
/// Disposing ends it and its PostgreSQL, whatever the test did.
/// </summary>
public sealed partial class ConsoleProcess : IAsyncDisposable
{
    /// <summary>Far beyond what a start takes: reaching it means that the test has failed, not that the machine is slow.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(25);

    private readonly Process _process;
    private readonly string? _dataDirectory;
    private readonly Dictionary<string, string> _settings;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HttpClient? _http;
    private bool _hasSuccessor;

    private ConsoleProcess(Process process, string? dataDirectory, Dictionary<string, string> settings)
    {
        _process = process;
        _dataDirectory = dataDirectory;
        _settings = settings;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
    }

    /// <summary>The process number.</summary>
    public int Id => _process.Id;

    /// <summary>Everything written to standard output so far.</summary>
    public string Output => Text(_output);

    /// <summary>Everything written to standard error so far.</summary>
    public string Errors => Text(_errors);

    /// <summary>A client for <see cref="Address"/>; valid after <see cref="WaitUntilListeningAsync"/>.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException("Wait until the console listens first.");

    public Uri Address => Http.BaseAddress!;

    /// <summary>
    /// Starts <c>serve</c> with the embedded PostgreSQL in <paramref name="dataDirectory"/>. <paramref name="settings"/> are configuration keys
    /// ("Storage:SharedBuffersMiB"), given by environment; <paramref name="arguments"/> replace the whole command line when given.
    /// </summary>
    public static ConsoleProcess Start(
        string dataDirectory, IReadOnlyDictionary<string, string>? settings = null, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(typeof(LogConsole.ExitCodes).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Storage__DataDirectory"] = dataDirectory;
        start.Environment["Storage__SharedBuffersMiB"] = "32";
        start.Environment["Access__Mode"] = "Open";
        start.Environment["Simulator__Enabled"] = "false";
        var kept = new Dictionary<string, string>(settings ?? new Dictionary<string, string>());
        foreach (var (key, value) in kept)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var process = new Process { StartInfo = start };
        var console = new ConsoleProcess(process, dataDirectory, kept);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return console;
    }

    /// <summary>Starts the console and waits until it is ready for work.</summary>
    public static async Task<ConsoleProcess> StartReadyAsync(
        string dataDirectory, IReadOnlyDictionary<string, string>? settings = null, params string[] arguments)
    {
        var console = Start(dataDirectory, settings, arguments);
        try
        {
            await console.WaitUntilReadyAsync();
            return console;
        }
        catch
        {
            await console.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts a console that has ended once more, with the same data directory, settings and address. Valid after <see cref="WaitUntilListeningAsync"/>;
    /// the caller disposes the new one too, and that one alone ends the PostgreSQL.
    /// </summary>
    public ConsoleProcess StartAgain()
    {
        _hasSuccessor = true;
        return Start(_dataDirectory!, new Dictionary<string, string>(_settings) { ["ASPNETCORE_URLS"] = Address.ToString() });
    }

    /// <summary>Returns when the web server accepts requests; fails with the output when the process ends before.</summary>
    public async Task WaitUntilListeningAsync()
    {
        var ended = _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (await Task.WhenAny(_address.Task, ended).WaitAsync(s_patience) == ended && !_address.Task.IsCompleted)
        {
            Assert.Fail($"The console ended with {_process.ExitCode}: {Errors}{Output}");
        }

        _http ??= new HttpClient { BaseAddress = await _address.Task, Timeout = s_patience };
    }

    /// <summary>Returns when <c>/ready</c> says so; fails with the output when the process ends before.</summary>
    public async Task WaitUntilReadyAsync()
    {
        await WaitUntilListeningAsync();
        await WaitUntilAsync(async () => await StatusOfAsync("/ready") == HttpStatusCode.OK, "ready");
    }

    /// <summary>The status of one GET; null when the connection failed.</summary>
    public async Task<HttpStatusCode?> StatusOfAsync(string path)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Polls until the condition holds; fails with the output when the process ends or the patience does.</summary>
    public async Task WaitUntilAsync(Func<Task<bool>> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.False(_process.HasExited, $"The console ended before it was {what}: {Errors}{Output}");
            Assert.True(TimeProvider.System.GetElapsedTime(started) < s_patience, $"The console never was {what}: {Errors}{Output}");
            await Task.Delay(s_pollInterval, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>kill -9: no clean-up of any kind runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks the process to stop (SIGTERM) and returns its exit code.</summary>
    public Task<int> StopAsync()
    {
        Signal(_process.Id, Posix.SigTerm);
        return WaitForExitAsync();
    }

    /// <summary>The exit code, when it has ended by itself and its output is complete.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(s_patience);
        return _process.ExitCode;
    }

    /// <summary>The embedded PostgreSQL's process number by its pid file; null when there is none.</summary>
    public int? PostmasterId => PostmasterOf(_dataDirectory!);

    /// <summary>A connection of the test's own to the embedded PostgreSQL's console database, for looking from outside.</summary>
    public Task<NpgsqlConnection> OpenDatabaseAsync() => OpenDatabaseAsync(_dataDirectory!);

    /// <inheritdoc cref="OpenDatabaseAsync()"/>
    public static async Task<NpgsqlConnection> OpenDatabaseAsync(string dataDirectory)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = Path.Combine(dataDirectory, "postgres.socket"),
            Username = EmbeddedPostgresSettings.Role,
            Password = await File.ReadAllTextAsync(Path.Combine(dataDirectory, "postgres.password"), TestContext.Current.CancellationToken),
            Database = "logconsole",
            Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>The number in a cluster's pid file; null when there is none, as after a clean stop.</summary>
    public static int? PostmasterOf(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, "postgres", "postmaster.pid");
        return File.Exists(file) && int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid) ? pid : null;
    }

    /// <summary>Sends a signal to a process this test started, by its number.</summary>
    public static void Signal(int pid, int signal) => Assert.True(Posix.Signal(pid, signal), $"There is no process {pid} to signal.");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        _http?.Dispose();
        if (_dataDirectory is not null && !_hasSuccessor)
        {
            // The server was told by the kernel that its console is gone; the folder can be removed when it has ended.
            await new LeftBehindPostgres(
                Path.Combine(_dataDirectory, "postgres"), Path.Combine(_dataDirectory, "postgres.socket"), TimeProvider.System).EndAsync(_ => { }, CancellationToken.None);
        }
    }

    private void Read(string? line)
    {
        Append(_output, line);
        if (line is not null && ListeningLine().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Value));
        }
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.AppendLine(line);
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    // "      Now listening on: http://127.0.0.1:39609"
    [GeneratedRegex(@"(?<=Now listening on: )http://[^\s""]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ListeningLine();
}
