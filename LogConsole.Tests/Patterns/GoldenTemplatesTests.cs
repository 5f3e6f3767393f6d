namespace LogConsole.Tests.Patterns;

/// <summary>Messages of the kinds services write, and the templates people would write for them.</summary>
public sealed class GoldenTemplatesTests
{
    [Fact]
    public void Mine_WebShop_FindsTheTemplatesPeopleSee()
    {
        string[] lines =
        [
            "GET /api/orders/4711 200 12ms",
            "GET /api/orders/4712 404 3ms",
            "Order 4711 placed by customer c-1001 total 59.90 EUR",
            "Order 4712 placed by customer c-2 total 1,259.00 EUR",
            "Payment gateway timeout after 30s (attempt 1/3)",
            "Payment gateway timeout after 30s (attempt 2/3)",
            "connection to 10.1.2.3:5432 refused",
            "connection to 10.1.2.4:5432 refused",
            "connection to db-7.internal:5432 refused",
            "user=ada action=login ok",
            "user= action=logout ok",
            "Cache miss for key 6f1c2d3e-0a1b-4c5d-8e9f-a0b1c2d3e4f5",
            "Cache miss for key cart:9f4ef63a",
        ];
        string[] expected =
        [
            "GET <*> <*> <*>",
            "Order <*> placed by customer c-<*> total <*> EUR",
            "Payment gateway timeout after <*> (attempt <*>)",
            "connection to <*> refused",
            "user=<*> action=<*> ok",
            "Cache miss for key <*>",
        ];
        Assert.Equal(expected, MiningHarness.TextsOf(lines).Distinct());
    }

    [Fact]
    public void Mine_SystemDaemons_FindsTheTemplatesPeopleSee()
    {
        string[] lines =
        [
            "Accepted publickey for deploy from 192.0.2.17 port 50122 ssh2",
            "Accepted publickey for backup from 198.51.100.3 port 40411 ssh2",
            "Received disconnect from 192.0.2.17: 11: disconnected by user",
            "Started Session 17 of user deploy.",
            "Started Session 18 of user backup.",
            "Out of memory: Killed process 31337 (java) total-vm:8388608kB",
            "Out of memory: Killed process 99 (node) total-vm:123kB",
            "eth0: Link is Up - 1000 Mbps",
            "eth1: Link is Up - 100 Mbps",
        ];
        string[] expected =
        [
            "Accepted publickey for <*> from <*> port <*> ssh<*>",
            "Received disconnect from <*>: <*>: disconnected by user",
            "Started Session <*> of user <*>",
            "Out of memory: Killed process <*> <*> total-vm:<*>",
            "eth<*>: Link is Up - <*> Mbps",
        ];
        Assert.Equal(expected, MiningHarness.TextsOf(lines).Distinct());
    }
}
