using System.ComponentModel.DataAnnotations;

namespace LogConsole.Storage;

/// <summary>Where data lives. Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>Folder of the embedded PostgreSQL, the console's lock and its keys. Default <c>data</c>; relative to the content root.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>When started as root: the account the embedded PostgreSQL runs as. Default <c>nobody</c>.</summary>
    [Required]
    public string EmbeddedUser { get; set; } = "nobody";

    /// <summary>Folder with <c>bin/postgres</c> to use instead of the one that travels with the console. Default none.</summary>
    public string? PostgresDirectory { get; set; }

    /// <summary>The embedded PostgreSQL's <c>shared_buffers</c>, MiB. Default 256.</summary>
    [Range(16, 65_536)]
    public int SharedBuffersMiB { get; set; } = 256;

    /// <summary>How long stopping may take: the queue is drained and PostgreSQL stopped within it. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
