using LogConsole.Ingestion;
using LogConsole.Ingestion.Simulator;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Ingestion.Simulator;

/// <summary>The rooms from the queue to the tables with the demo stream in front, which a test starts itself.</summary>
internal sealed class DemoHarness : IAsyncDisposable
{
    private readonly DemoStream _stream;

    private DemoHarness(PipelineHarness pipeline)
    {
        Pipeline = pipeline;
        _stream = pipeline.Get<DemoStream>();
    }

    public PipelineHarness Pipeline { get; }

    public SimulatorControl Control => Pipeline.Get<SimulatorControl>();

    public static async Task<DemoHarness> StartAsync(TestDatabase database, Action<SimulatorOptions>? configure = null, params IConfiguredSource[] sources)
    {
        var pipeline = await PipelineHarness.StartAsync(database, services =>
        {
            services.AddOptions<SimulatorOptions>().Configure(options =>
            {
                options.EventsPerSecond = 2_000;
                configure?.Invoke(options);
            });
            services.AddSingleton<IngestionCounters>();
            SimulatorModule.AddStream(services);
            services.AddSingleton<DemoStream>();
            foreach (var source in sources)
            {
                services.AddSingleton(source);
            }
        });
        var harness = new DemoHarness(pipeline);
        await harness._stream.StartAsync(TestContext.Current.CancellationToken);
        return harness;
    }

    /// <summary>Returns when the state is as wanted.</summary>
    public async Task<SimulatorState> WaitAsync(Func<SimulatorState, bool> wanted)
    {
        while (true)
        {
            var state = await Control.StateAsync(TestContext.Current.CancellationToken);
            if (wanted(state))
            {
                return state;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Pipeline.StopAsync(TestContext.Current.CancellationToken);
        await _stream.StopAsync(CancellationToken.None);
        await Pipeline.DisposeAsync();
    }
}
