using System.ComponentModel.DataAnnotations;
using LogConsole.Ingestion.Formats;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion.Files;

/// <summary>Which log files are read. Section <c>Files</c>.</summary>
public sealed class FilesOptions
{
    public const string Section = "Files";

    /// <summary>What is read, with what is known of it. Default: nothing.</summary>
    public IList<FileSourceOptions> Sources { get; set; } = [];

    /// <summary>How often folders are listed and files looked at. Default 250 ms.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the last record of a file waits for more lines of its stack trace. Default 1 s.</summary>
    public TimeSpan JoinTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes read of a file at a time, and so the size of a delivery; a longer line is cut into pieces. Default 4 MiB.</summary>
    [Range(4 << 10, 64 << 20)]
    public int ReadBytes { get; set; } = 4 << 20;

    /// <summary>
    /// The machine the files are on, part of their positions' names. Default null: this machine's name. Set it where that changes at every start, as in a
    /// container: else all files are read again.
    /// </summary>
    [StringLength(64, ErrorMessage = "Files:Host is longer than 64 characters.")]
    public string? Host { get; set; }
}

/// <summary>Files of one kind.</summary>
public sealed class FileSourceOptions
{
    /// <summary>
    /// Absolute paths; <c>*</c> and <c>?</c> match within a name, <c>**</c> any folders. Rotated and compressed (<c>.gz</c>) files may be among them:
    /// what was read under another name is not read again. Links to files are followed, links to folders only where the path names them.
    /// </summary>
    public IList<string> Paths { get; set; } = [];

    /// <summary>Names of files left out, with <c>*</c> and <c>?</c>.</summary>
    public IList<string> Exclude { get; set; } = [];

    /// <summary>The service of lines that name none. Default null: <c>unknown_service</c>.</summary>
    public string? Service { get; set; }

    /// <summary>The zone of times that name none. Default UTC.</summary>
    public string Zone { get; set; } = "UTC";

    /// <summary>Files that are there when they are first seen at the start are read from their end. Default false: from their beginning.</summary>
    public bool FromEnd { get; set; }
}

/// <summary>Rules the attributes cannot say.</summary>
internal sealed class FilesOptionsValidator : IValidateOptions<FilesOptions>
{
    public ValidateOptionsResult Validate(string? name, FilesOptions options)
    {
        var faults = new List<string>();
        Check(options.PollInterval >= TimeSpan.FromMilliseconds(10) && options.PollInterval <= TimeSpan.FromHours(1), "PollInterval", "from 10 ms to one hour");
        Check(options.JoinTimeout >= TimeSpan.Zero && options.JoinTimeout <= TimeSpan.FromMinutes(1), "JoinTimeout", "from zero to one minute");
        for (var i = 0; i < options.Sources.Count; i++)
        {
            var source = options.Sources[i];
            Check(source.Paths.Count > 0, $"Sources:{i}:Paths", "at least one path");
            Check(source.Paths.All(Path.IsPathFullyQualified), $"Sources:{i}:Paths", "absolute paths");
            Check(SourceZone.TryParse(source.Zone, out _), $"Sources:{i}:Zone", "UTC, an offset like +02:00 or an IANA name like Europe/Berlin");
            Check(source.Service is not { Length: > LogRecordLimits.NameChars }, $"Sources:{i}:Service", $"at most {LogRecordLimits.NameChars} characters");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool holds, string key, string rule)
        {
            if (!holds)
            {
                faults.Add($"{FilesOptions.Section}:{key} must be {rule}.");
            }
        }
    }
}
