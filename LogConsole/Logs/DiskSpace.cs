namespace LogConsole.Logs;

/// <summary>How much room the disk under the database has left; replaceable in tests.</summary>
public interface IDiskSpace
{
    /// <summary>Percent of the disk that is free, or null where it cannot be seen (an external server's disk).</summary>
    double? FreePercent();
}

/// <summary>The disk under the data directory of the embedded server.</summary>
internal sealed class DataDirectoryDisk(string? directory) : IDiskSpace
{
    /// <inheritdoc/>
    public double? FreePercent()
    {
        if (directory is null)
        {
            return null;
        }

        var drive = new DriveInfo(directory);
        return drive.TotalSize == 0 ? null : 100.0 * drive.AvailableFreeSpace / drive.TotalSize;
    }
}
