using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Patterns;
using LogConsole.Pipeline;
using LogConsole.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LogConsole.Tests.TestSupport;

/// <summary>The real rooms from the queue to the tables, on a real database, without a web server.</summary>
internal sealed class PipelineHarness : IAsyncDisposable
{
    private readonly WebApplication _app;
    private bool _stopped;

    private PipelineHarness(WebApplication app) => _app = app;

    public IngestionQueue Queue => Get<IngestionQueue>();

    public PipelineCounters Counters => Get<PipelineCounters>();

    public static async Task<PipelineHarness> StartAsync(
        TestDatabase database, Action<IServiceCollection>? configure = null, TimeProvider? time = null, Guid? instance = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(database.Database);
        builder.Services.AddSingleton(new InstanceIdentity(instance ?? Guid.NewGuid()));
        builder.Services.AddSingleton<IngestionQueue>();
        builder.Services.AddSingleton<IngestGate>();
        builder.Services.AddSingleton<DataReset>();
        builder.AddPatterns();
        builder.AddMetricsRoom();
        builder.AddLogs();
        builder.AddPipeline(stages => stages.Then<MineTemplates>().Then<AggregateMetrics>());
        builder.AddOverview();
        builder.Services.RemoveAll<IHostedService>();
        configure?.Invoke(builder.Services);
        var harness = new PipelineHarness(builder.Build());
        await harness.Get<LogPipeline>().StartAsync(TestContext.Current.CancellationToken);
        return harness;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Offers a delivery and waits for its end.</summary>
    public async Task<DeliveryOutcome> SendAsync(Delivery delivery)
    {
        Assert.Equal(EnqueueResult.Accepted, await Queue.EnqueueAsync(delivery, TestContext.Current.CancellationToken));
        return await delivery.Settled.WaitAsync(TestContext.Current.CancellationToken);
    }

    public Task<DeliveryOutcome> SendAsync(params LogRecord[] records) => SendAsync(Some.Delivery(records));

    /// <summary>Stops the pipeline as the host would.</summary>
    public async Task StopAsync(CancellationToken deadline = default)
    {
        if (!_stopped)
        {
            _stopped = true;
            await Get<LogPipeline>().StopAsync(deadline);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TestContext.Current.CancellationToken);
        await _app.DisposeAsync();
    }
}
