using System.Collections.Concurrent;
using System.Text.Json;
using LogConsole.Ingestion.Simulator;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Ingestion.Simulator;

/// <summary>Every fault is to be seen in what its services write, and over when it is over.</summary>
public sealed class FaultEffectTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromMinutes(6);
    private static readonly Lazy<IReadOnlyList<DemoLine>> s_ordinary = new(() => Demo.Run(s_length));

    private static readonly ConcurrentDictionary<string, IReadOnlyList<DemoLine>> s_faulty = new(StringComparer.Ordinal);

    public static TheoryData<string> Kinds => [.. Demo.Shop.Faults.Select(kind => kind.Name)];

    [Fact]
    public void Shop_KnowsTheFaultsAnOperatorFears() => Assert.Superset(
        new HashSet<string>
        {
            "payment_gateway_timeouts", "db_pool_exhaustion", "bad_deploy", "cache_outage", "disk_full", "silent_service", "traffic_spike",
            "password_brute_force", "memory_leak",
        },
        Demo.Shop.Faults.Select(kind => kind.Name).ToHashSet());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Run_WithFault_EveryAffectedServiceShowsIt(string kind)
    {
        var fault = Demo.Fault(kind, TimeSpan.FromMinutes(5));
        var lines = Faulty(kind);
        var known = Demo.Shop.Faults.Single(candidate => candidate.Name == kind);

        Assert.Equal(fault.Service, known.Affected[fault.Service][0].Name);
        foreach (var service in known.Affected[fault.Service].Select(service => service.Name))
        {
            Assert.NotEqual(s_ordinary.Value.Where(line => line.Service == service), lines.Where(line => line.Service == service));
        }

        // The messages only the fault brings are there, and nowhere on an ordinary day, unless they are ordinary errors grown frequent.
        foreach (var message in known.RootMessages(fault.Service))
        {
            var text = message.Pattern.Split("<*>").MaxBy(piece => piece.Length)!;
            Assert.True(Count(lines.Where(line => line.Service == fault.Service), text) > Count(s_ordinary.Value.Where(line => line.Service == fault.Service), text), message.Id);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Run_WithFault_EveryServiceWithAQuarterMoreOrLess_IsListedAsAffected(string kind)
    {
        var (fault, lines) = (Demo.Fault(kind, TimeSpan.FromMinutes(5)), Faulty(kind));
        var affected = Demo.Shop.Faults.Single(candidate => candidate.Name == kind).Affected[fault.Service].Select(service => service.Name);

        var changed = Demo.Shop.Services.Select(service => service.Name).Where(service =>
        {
            var (usual, now) = (Between(s_ordinary.Value.Where(line => line.Service == service), 60, 300), Between(lines.Where(line => line.Service == service), 60, 300));
            return Math.Max(usual, now) >= 100 && Math.Abs(now - usual) > usual / 4.0;
        });
        Assert.Empty(changed.Except(affected));
    }

    [Theory]
    [InlineData("payment_gateway_timeouts", "payment", "HttpClient.Timeout", 10)]
    [InlineData("payment_gateway_timeouts", "checkout", "not placed", 10)]
    [InlineData("db_pool_exhaustion", "db", "connection slots", 50)]
    [InlineData("db_pool_exhaustion", "checkout", "HikariPool", 10)]
    [InlineData("db_pool_exhaustion", "cart", "AcquireTimeout", 10)]
    [InlineData("db_pool_exhaustion", "catalog", "db_checkout_failed", 50)]
    [InlineData("db_pool_exhaustion", "web", "upstream answered 502", 50)]
    [InlineData("bad_deploy", "auth", "TokenMapper.java", 50)]
    [InlineData("cache_outage", "catalog", "cache_skip", 200)]
    [InlineData("cache_outage", "cart", "ECONNREFUSED", 20)]
    [InlineData("disk_full", "db", "could not extend file", 50)]
    [InlineData("disk_full_queue", "queue", "No space left", 5)]
    [InlineData("traffic_spike", "web", "accept queue", 200)]
    [InlineData("password_brute_force", "auth", "login refused account=", 1_000)]
    [InlineData("password_brute_force", "web", "POST /login HTTP/1.1\" 401", 1_000)]
    [InlineData("memory_leak", "cart", "still reachable", 100)]
    public void Run_WithFault_BringsItsLines(string kind, string service, string text, int atLeast)
    {
        var lines = Faulty(kind).Where(line => line.Service == service).ToList();

        var count = Count(lines, text);
        Assert.True(count >= atLeast, $"{count} lines");
        Assert.True(count > 3 * Count(s_ordinary.Value.Where(line => line.Service == service), text));
        Assert.True(Count(lines.Where(line => line.At >= Some.Time.AddSeconds(340)), text) <= count / 50);
    }

    [Fact]
    public void DatabaseFault_Cascades_OneServiceAfterTheOther()
    {
        var lines = Faulty("db_pool_exhaustion");
        DateTimeOffset First(string service, string text) => lines.First(line => line.Service == service && line.Body.Contains(text, StringComparison.Ordinal)).At;

        Assert.True(First("db", "still waiting") < First("db", "connection slots"));
        Assert.True(First("db", "connection slots") < First("checkout", "HikariPool"));
        Assert.True(First("checkout", "HikariPool") < First("catalog", "db_checkout_failed"));
    }

    [Fact]
    public void Deploy_ShowsItsVersion_AndTakesItBack()
    {
        var auth = Faulty("bad_deploy").Where(line => line.Service == "auth").ToList();
        string VersionOf(DemoLine line) => JsonElement.Parse(line.Attributes).GetProperty("service.version").GetString()!;

        Assert.All(auth.Where(line => line.At < Some.Time.AddMinutes(5)), line => Assert.Equal("3.9.0", VersionOf(line)));
        Assert.All(auth.Where(line => line.At >= Some.Time.AddSeconds(305)), line => Assert.Equal("3.8.1", VersionOf(line)));
        Assert.Equal(4, Count(auth, "listening on"));
    }

    [Fact]
    public void Spike_MultipliesTheRate_AndSilenceEndsIt()
    {
        var spike = Faulty("traffic_spike");
        Assert.InRange(Between(spike, 60, 300) / (double)Between(s_ordinary.Value, 60, 300), 4, 6.5);

        var cache = Faulty("cache_outage").Where(line => line.Service == "cache").ToList();
        Assert.Equal(0, Between(cache, 1, 300));
        Assert.True(Between(cache, 301, 360) > 100);
        Assert.Equal(2, Count(cache, "Ready to accept"));
    }

    [Fact]
    public void Leak_GrowsUntilTheProcessIsKilledAndStartsAgain()
    {
        var cart = Demo.Run(TimeSpan.FromMinutes(13), Demo.Fault("memory_leak")).Where(line => line.Service == "cart").ToList();
        var pauses = cart.Where(line => line.Body.Contains("still reachable", StringComparison.Ordinal))
            .Select(line => JsonElement.Parse(line.Attributes).GetProperty("gc_ms").GetInt32()).ToList();

        Assert.True(pauses[^1] > 10 * pauses[0], $"{pauses[0]} to {pauses[^1]}");
        Assert.Equal((1, 1, 1), (Count(cart, "Reached heap limit"), Count(cart, "code 137"), Count(cart, "ready in")));
        Assert.Equal(0, Between(cart, 721, 730));
    }

    [Fact]
    public void Intensity_ScalesTheEffect()
    {
        int Refused(double intensity) => Count(Demo.Run(s_length, Demo.Fault("password_brute_force", intensity: intensity)), "login refused account=");

        Assert.InRange(Refused(1) / (double)Refused(0.25), 3, 5.5);
    }

    [Fact]
    public void Plan_Schedule_IsTheSameForTheSameStart_AndRandomStaysInTheScenario()
    {
        var plan = FaultPlanner.Plan(Demo.Shop, 1, Some.Time, random: false).Take(9).ToList();
        Assert.Equal(plan, FaultPlanner.Plan(Demo.Shop, 1, Some.Time, random: false).Take(9));
        Assert.Equal((Some.Time.AddMinutes(12), "payment_gateway_timeouts"), (plan[0].From, plan[0].Kind));
        Assert.Equal(Some.Time.AddMinutes(32), plan[1].From);

        // No fault looks like another, nor like the same one of another stream.
        var seeds = plan.Concat(FaultPlanner.Plan(Demo.Shop, 2, Some.Time, random: false).Take(9)).Select(fault => fault.Seed).ToList();
        Assert.Equal(seeds.Count, seeds.Distinct().Count());

        var random = FaultPlanner.Plan(Demo.Shop, 1, Some.Time, random: true).Take(50).ToList();
        Assert.All(random.Zip(random.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From));
        Assert.All(random, fault => Assert.Contains(Demo.Shop.Faults, kind => kind.Name == fault.Kind && kind.Effects.ContainsKey(fault.Service)));
    }

    private static IReadOnlyList<DemoLine> Faulty(string kind) => s_faulty.GetOrAdd(kind, static kind => Demo.Run(s_length, Demo.Fault(kind, TimeSpan.FromMinutes(5))));

    private static int Count(IEnumerable<DemoLine> lines, string text) => lines.Count(line => line.Body.Contains(text, StringComparison.Ordinal));

    private static int Between(IEnumerable<DemoLine> lines, int fromSecond, int toSecond) =>
        lines.Count(line => line.At >= Some.Time.AddSeconds(fromSecond) && line.At < Some.Time.AddSeconds(toSecond));
}
