using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using LogConsole.Benchmarks.Viewers;

/// <summary>
/// Loaded by the runtime into the console under test (https://github.com/dotnet/runtime/blob/main/docs/design/features/host-startup-hook.md, which fixes
/// the name and that it has no namespace): on SIGUSR1 it collects and writes the size of what is left.
/// </summary>
[SuppressMessage("Design", "MA0047", Justification = "The runtime looks for this name without a namespace.")]
internal static class StartupHook
{
    private const int UserSignal = 10; // SIGUSR1 of Linux

    private static PosixSignalRegistration? s_registration;

    /// <summary>Called before the console's own <c>Main</c>.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(HeapGauge.Variable) is { } path)
        {
            s_registration = PosixSignalRegistration.Create((PosixSignal)UserSignal, context =>
            {
                context.Cancel = true;
                GC.Collect();
                GC.WaitForPendingFinalizers();
                File.WriteAllText(path, GC.GetTotalMemory(forceFullCollection: true) + "\n");
            });
        }
    }
}
