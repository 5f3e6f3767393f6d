using System.Diagnostics;

namespace LogConsole.Benchmarks.Viewers;

/// <summary>The live bytes of the console's heap, asked for from outside: <see cref="StartupHook"/> answers from within.</summary>
internal sealed class HeapGauge : IDisposable
{
    private const string HookVariable = "DOTNET_STARTUP_HOOKS";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly string _path = Path.GetTempFileName();

    /// <summary>The file the answer is written to.</summary>
    public static string Variable => "LOGCONSOLE_BENCHMARK_HEAP";

    /// <summary>Starts a console that can be asked.</summary>
    public async Task<ConsoleUnderTest> StartAsync()
    {
        Environment.SetEnvironmentVariable(HookVariable, typeof(HeapGauge).Assembly.Location);
        Environment.SetEnvironmentVariable(Variable, _path);
        try
        {
            return await ConsoleUnderTest.StartAsync();
        }
        finally
        {
            Environment.SetEnvironmentVariable(HookVariable, null);
        }
    }

    /// <summary>What is left after a collection.</summary>
    public async Task<long> LiveBytesAsync(int process)
    {
        await File.WriteAllTextAsync(_path, "");
        using var signal = Process.Start("kill", ["-USR1", process.ToString()]);
        await signal.WaitForExitAsync();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < s_patience;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            if ((await File.ReadAllTextAsync(_path)) is { } text && text.EndsWith('\n'))
            {
                return long.Parse(text);
            }
        }

        throw new TimeoutException("the console did not tell the size of its heap");
    }

    public void Dispose() => File.Delete(_path);
}
