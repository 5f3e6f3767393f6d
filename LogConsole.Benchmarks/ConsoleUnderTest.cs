using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;

namespace LogConsole.Benchmarks;

/// <summary>The real console as a child process with a fresh embedded PostgreSQL of default settings, in a temporary folder.</summary>
internal sealed class ConsoleUnderTest : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _data;

    private ConsoleUnderTest(Process process, DirectoryInfo data, Uri address)
    {
        _process = process;
        _data = data;
        Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };
    }

    public HttpClient Client { get; }

    /// <summary>The console's own process, without PostgreSQL.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts and waits until it is ready.</summary>
    public static async Task<ConsoleUnderTest> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("logconsole-bench-");
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { Path.Combine(AppContext.BaseDirectory, "LogConsole.dll"), "--urls", $"http://127.0.0.1:{port}" } };
        start.Environment["Storage__DataDirectory"] = data.FullName;
        start.Environment["Access__Mode"] = "Open";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["Simulator__Enabled"] = "false";
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        var process = Process.Start(start) ?? throw new InvalidOperationException("the console did not start");
        process.OutputDataReceived += (_, e) => Console.Error.WriteLine(e.Data);
        process.BeginOutputReadLine();
        var console = new ConsoleUnderTest(process, data, new Uri($"http://127.0.0.1:{port}"));
        await console.WhenReadyAsync();
        return console;
    }

    /// <summary>The figures of <c>/api/metrics</c>.</summary>
    public async Task<Dictionary<string, double?>> FiguresAsync() =>
        JsonSerializer.Deserialize<Dictionary<string, double?>>(await Client.GetStringAsync(new Uri("/api/metrics", UriKind.Relative)))!;

    /// <summary>Highest working set of the console so far, bytes.</summary>
    public long PeakMemory()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    /// <summary>A connection to the console's own database.</summary>
    public async Task<NpgsqlConnection> OpenDatabaseAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = Path.Combine(_data.FullName, "postgres.socket"),
            Username = "logconsole",
            Password = (await File.ReadAllTextAsync(Path.Combine(_data.FullName, "postgres.password"))).Trim(),
            Database = "logconsole",
            Pooling = false,
            CommandTimeout = 600,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>The first column of the first row.</summary>
    public static async Task<T> ScalarAsync<T>(NpgsqlConnection database, string sql)
    {
        await using var command = new NpgsqlCommand(sql, database);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            using var stop = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
            await stop.WaitForExitAsync();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _data.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WhenReadyAsync()
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            try
            {
                if ((await Client.GetAsync(new Uri("/ready", UriKind.Relative))).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        throw new TimeoutException("the console was not ready within 30 s");
    }
}
