using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace LogConsole.Storage.Embedded;

/// <summary>The few calls of the operating system that .NET has no name for.</summary>
internal static partial class Posix
{
    public const int SigInt = 2;
    public const int SigQuit = 3;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    private const int CloseOnExecLinux = 0x80000;

    /// <summary>Sends a signal; false when there is no such process or it is not ours to signal.</summary>
    [UnsupportedOSPlatform("windows")]
    public static bool Signal(int pid, int signal) => Kill(pid, signal) == 0;

    /// <summary>
    /// Opens a file or folder for reading without the advisory lock that .NET takes, and not inherited by children (Linux).
    /// Throws <see cref="Win32Exception"/> when that is not possible.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    public static SafeFileHandle OpenForReading(string path)
    {
        var descriptor = Open(path, OperatingSystem.IsLinux() ? CloseOnExecLinux : 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
