using System.Runtime.InteropServices;

namespace LogConsole.Ingestion.Files;

/// <summary>Which file stands at a path, whatever it is called: it keeps its identity when it is renamed.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode);

/// <summary>The regular file at a path.</summary>
internal readonly record struct FileAt(string Path, FileIdentity Identity, long Length);

/// <summary>
/// Asks Linux which file stands at a path (<c>statx</c>, whose layout is the same on every processor). Elsewhere the time of creation stands in for the inode.
/// </summary>
internal static partial class FileStat
{
    private const int CurrentFolder = -100;
    private const uint BasicStats = 0x7FF;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int StatxBytes = 256;

    /// <summary>False when there is no regular file: pipes and devices would block whoever opens them.</summary>
    public static bool TryGet(string path, out FileAt file)
    {
        file = default;
        if (!OperatingSystem.IsLinux())
        {
            var info = new FileInfo(path);
            file = info.Exists ? new FileAt(path, new FileIdentity(0, (ulong)info.CreationTimeUtc.Ticks), info.Length) : default;
            return info.Exists;
        }

        Span<byte> stat = stackalloc byte[StatxBytes];
        stat.Clear();
        if (Statx(CurrentFolder, path, 0, BasicStats, ref MemoryMarshal.GetReference(stat)) != 0)
        {
            return false;
        }

        // Linux, include/uapi/linux/stat.h: stx_mode at 28, stx_ino at 32, stx_size at 40, stx_dev_major and stx_dev_minor at 136.
        if ((MemoryMarshal.Read<ushort>(stat[28..]) & TypeMask) != RegularFile)
        {
            return false;
        }

        var device = ((ulong)MemoryMarshal.Read<uint>(stat[136..]) << 32) | MemoryMarshal.Read<uint>(stat[140..]);
        file = new FileAt(path, new FileIdentity(device, MemoryMarshal.Read<ulong>(stat[32..])), MemoryMarshal.Read<long>(stat[40..]));
        return true;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte buffer);
}
