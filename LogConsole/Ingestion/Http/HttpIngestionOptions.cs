using System.ComponentModel.DataAnnotations;
using LogConsole.Ingestion.Formats;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion.Http;

/// <summary>The ingest door, <c>POST /api/ingest</c>. Section <c>Http</c>.</summary>
public sealed class HttpIngestionOptions
{
    public const string Section = "Http";

    /// <summary>Largest body after decompression, bytes; larger ones answer 413. Default 64 MiB.</summary>
    [Range(1 << 16, 256 << 20)]
    public int MaxBodyBytes { get; set; } = 64 << 20;

    /// <summary>Largest compressed body, bytes; larger ones answer 413. Default 32 MiB.</summary>
    [Range(1 << 10, 256 << 20)]
    public int MaxCompressedBytes { get; set; } = 32 << 20;

    /// <summary>Most records in one request; more answer 413. Default 500,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxRecords { get; set; } = 500_000;

    /// <summary>
    /// Bytes of bodies being received at once, before they stand in the queue, and as many again for the records read from them;
    /// beyond it requests wait, then answer 429. At least <see cref="MaxBodyBytes"/>. Default 256 MiB.
    /// </summary>
    [Range(1 << 20, long.MaxValue)]
    public long ReceiveBytes { get; set; } = 256L << 20;

    /// <summary>How long a request waits for its records to be durable before it answers 503. Default 30 s.</summary>
    public TimeSpan AcknowledgeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Zone of timestamps without one, when the request names none: an IANA name or an offset. Default UTC.</summary>
    [Required]
    public string DefaultZone { get; set; } = "UTC";
}

/// <summary>Rules the attributes cannot say.</summary>
internal sealed class HttpIngestionOptionsValidator : IValidateOptions<HttpIngestionOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpIngestionOptions options)
    {
        var faults = new List<string>();
        if (options.AcknowledgeTimeout <= TimeSpan.Zero || options.AcknowledgeTimeout > TimeSpan.FromHours(1))
        {
            faults.Add($"{HttpIngestionOptions.Section}:{nameof(options.AcknowledgeTimeout)} must be more than zero and at most one hour.");
        }

        if (options.ReceiveBytes < options.MaxBodyBytes)
        {
            faults.Add(
                $"{HttpIngestionOptions.Section}:{nameof(options.ReceiveBytes)} must be at least {HttpIngestionOptions.Section}:{nameof(options.MaxBodyBytes)}, "
                + "or the largest bodies are always refused.");
        }

        if (!SourceZone.TryParse(options.DefaultZone, out _))
        {
            faults.Add($"{HttpIngestionOptions.Section}:{nameof(options.DefaultZone)} must be UTC, an offset like +02:00 or an IANA zone this system knows.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
