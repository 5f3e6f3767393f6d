using LogConsole.Anomalies.Incidents;
using LogConsole.Ingestion;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Anomalies;

/// <summary>One outage of payment sent through the real pipeline, found and explained.</summary>
public abstract class OutageTest(PostgresFixture postgres) : IAsyncLifetime
{
    private protected const string Failure = "gateway timeout after 3000 ms <script>alert(1)</script>";
    private protected const int Before = 150;
    private protected const int During = 24;

    // Windows of 10 s; the outage begins at 14:01:00.
    private protected static readonly DateTimeOffset Outage = new(2026, 11, 20, 14, 1, 0, TimeSpan.Zero);
    private protected static readonly DateTimeOffset Start = Outage.AddSeconds(-10 * Before);

    private protected DetectionHarness Harness { get; private set; } = null!;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected IncidentStore Store => Harness.Get<IncidentStore>();

    public async ValueTask InitializeAsync()
    {
        Harness = await DetectionHarness.StartAsync(postgres, Outage.AddSeconds(10 * During), options => options.MinRecords = 20);
        await Harness.Pipeline.SendAsync(Some.Delivery([.. Lines()]));
        Harness.Time.Advance(TimeSpan.FromMinutes(1));
        await Harness.DetectAsync();
        await Harness.ExplainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Harness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static IEnumerable<LogRecord> Lines()
    {
        for (var n = 0; n < Before + During; n++)
        {
            var failing = n >= Before;
            for (var i = 0; i < 10; i++)
            {
                var at = Start.AddSeconds((10 * n) + i);
                yield return Some.LogRecord($"page {(n * 10) + i} served", "web", SeverityNumber.Info, at, at);
                yield return failing && i is >= 3 and < 7
                    ? Some.LogRecord(Failure.Replace("3000", $"{3000 + (i * 7)}", StringComparison.Ordinal), "payment", SeverityNumber.Error, at, at)
                    : Some.LogRecord($"payment {(n * 10) + i} done", "payment", n % 40 == 0 && i == 0 ? SeverityNumber.Error : SeverityNumber.Info, at, at);
            }
        }
    }
}
