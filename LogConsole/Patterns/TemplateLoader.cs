using LogConsole.Pipeline;
using Microsoft.Extensions.Options;

namespace LogConsole.Patterns;

/// <summary>
/// Brings the stored templates into the miner: before the first batch and after stored data was removed, never while a batch is in the stages.
/// </summary>
public sealed class TemplateLoader(TemplateStore store, TemplateMiner miner, IOptions<DrainOptions> options, ILogger<TemplateLoader> logger)
    : IPipelineState
{
    /// <summary>Loads, replacing what the miner held. Throws what Npgsql throws; the miner is then as it was.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var templates = await store.LoadAsync(options.Value.MaxClusters, cancellationToken).ConfigureAwait(false);
        miner.Load(templates);
        PatternsLog.Loaded(logger, templates.Count);
    }
}
