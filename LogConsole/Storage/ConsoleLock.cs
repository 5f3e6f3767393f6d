using System.Text;
using LogConsole.Storage.Embedded;

namespace LogConsole.Storage;

/// <summary>
/// The exclusive hold on a data directory: an advisory lock on <c>console.lock</c>, which the operating system releases when the
/// process ends, however it ends. The file says who holds it; it stays behind, since deleting it would race with the next holder.
/// </summary>
internal sealed class ConsoleLock : IDisposable
{
    /// <summary>Its name in the data directory.</summary>
    public const string FileName = "console.lock";

    private readonly FileStream _file;

    private ConsoleLock(FileStream file) => _file = file;

    /// <summary>
    /// Takes the lock or throws <see cref="StartupException"/>: <see cref="ExitCodes.DataDirectoryInUse"/> with the holder's own words,
    /// or <see cref="ExitCodes.Directory"/> when the folder cannot be used.
    /// </summary>
    public static ConsoleLock Take(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            if (File.Exists(directory))
            {
                throw new IOException("it is a file, not a folder");
            }

            CreatePrivate(directory);

            // None asks for the exclusive lock on Unix; on Windows readers must be let in by share mode.
            var share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
            return new ConsoleLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share));
        }
        catch (IOException e) when (IsHeldElsewhere(e))
        {
            throw new StartupException(ExitCodes.DataDirectoryInUse, $"Another console works in {directory}: {ReadHolder(path)}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException(
                ExitCodes.Directory, $"The data directory {directory} cannot be used by {Environment.UserName}: {e.Message.TrimEnd('.')} (set Storage:DataDirectory).");
        }
    }

    /// <summary>Writes who holds the lock, for people and for the console that is refused.</summary>
    public void Describe(string holder)
    {
        _file.SetLength(0);
        _file.Position = 0;
        _file.Write(Encoding.UTF8.GetBytes(holder + "\n"));
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    private static void CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>EAGAIN on Linux, EWOULDBLOCK on macOS, ERROR_SHARING_VIOLATION on Windows.</summary>
    private static bool IsHeldElsewhere(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string ReadHolder(string path)
    {
        try
        {
            // .NET would ask for a lock to read on Unix.
            using var handle = OperatingSystem.IsWindows()
                ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
                : Posix.OpenForReading(path);
            var content = new byte[1024];
            var length = RandomAccess.Read(handle, content, 0);
            var holder = Encoding.UTF8.GetString(content, 0, length).Trim();
            return holder.Length > 0 ? holder : "it has not said yet who it is";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return "who it is cannot be read";
        }
    }
}
