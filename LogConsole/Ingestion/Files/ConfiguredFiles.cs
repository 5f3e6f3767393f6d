using LogConsole.Ingestion.Simulator;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion.Files;

/// <summary>Tells the demo stream whether there are files to read.</summary>
internal sealed class ConfiguredFiles(IOptions<FilesOptions> options) : IConfiguredSource
{
    /// <inheritdoc/>
    public bool IsConfigured => options.Value.Sources.Count != 0;
}
