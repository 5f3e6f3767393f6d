using LogConsole.Ingestion.Simulator;

namespace LogConsole.Tests.TestSupport;

/// <summary>A demo stream that can be told what to be, for pages without a database. At first there is none.</summary>
internal sealed class FakeDemoControl : IDemoControl
{
    private bool _running;

    public Task<SimulatorState> StateAsync(CancellationToken cancellationToken) => Task.FromResult(new SimulatorState(
        Allowed: true, _running, Held: null, EventsPerSecond: 50, ErrorShare: 0.02, Seed: 1, Scenario: "shop", RecordsSent: 0, SkippedSeconds: 0,
        StreamedUntil: null, DemoData: _running, RealData: false, OfferClear: false, Active: [], Planned: [], Kinds: []));

    public Task<bool> StartAsync(CancellationToken cancellationToken)
    {
        _running = true;
        return Task.FromResult(true);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _running = false;
        return Task.CompletedTask;
    }

    public Task TuneAsync(int? eventsPerSecond, double? errorShare, long? seed, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ClearAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);
}
