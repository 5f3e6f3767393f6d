using System.Text.Json;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Simulator.Engine;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Ingestion.Simulator;

public sealed class DemoGeneratorTests
{
    [Fact]
    public void Advance_SameSeed_GivesTheSameRecordsHoweverFastItIsAsked()
    {
        var atOnce = Demo.Run(TimeSpan.FromMinutes(2), Demo.Fault("payment_gateway_timeouts"));
        var inSteps = Demo.Run(TimeSpan.FromMinutes(2), Demo.Fault("payment_gateway_timeouts"), step: TimeSpan.FromMilliseconds(730));

        Assert.True(atOnce.Count > 8_000, $"{atOnce.Count}");
        Assert.Equal(atOnce, inSteps);
        Assert.NotEqual(atOnce, Demo.Run(TimeSpan.FromMinutes(2), Demo.Fault("payment_gateway_timeouts"), seed: 2));
    }

    [Fact]
    public void Advance_LimitOfRecords_StopsAfterTheTickThatReachesIt()
    {
        var generator = new DemoGenerator(Demo.Shop, new DemoStreamSettings(1, Some.Time, 1_000, 0));
        using var records = new DemoRecords();

        Assert.False(generator.Advance(Some.Time.AddMinutes(1), 500, records));
        Assert.InRange(records.Records.Count, 500, 700);
        Assert.True(generator.Now < Some.Time.AddSeconds(2));
        generator.SkipTo(Some.Time.AddSeconds(30));
        using var later = new DemoRecords();
        Assert.True(generator.Advance(Some.Time.AddSeconds(31), int.MaxValue, later));
        Assert.All(later.Records, record => Assert.True(record.Timestamp.ToDateTimeOffset() >= Some.Time.AddSeconds(30)));
    }

    [Fact]
    public void Advance_OrdinaryDay_HasTheRateTheRhythmAndTheErrorShareAskedFor()
    {
        const double errorShare = 0.03;
        var generator = new DemoGenerator(Demo.Shop, new DemoStreamSettings(3, Some.Time.Date.ToUniversal(), 20, errorShare));
        var byHour = new long[24];
        var errors = new long[24];
        for (var hour = 0; hour < 24; hour++)
        {
            using var records = new DemoRecords();
            generator.Advance(Some.Time.Date.ToUniversal().AddHours(hour + 1), int.MaxValue, records);
            byHour[hour] = records.Records.Count;
            errors[hour] = records.Records.Count(record => record.SeverityNumber >= SeverityNumber.Error);
        }

        // The day is a Friday, a little busier than the mean of the week.
        Assert.InRange(byHour.Sum() / 86_400.0, 19, 22.5);
        Assert.InRange(errors.Sum() / (double)byHour.Sum(), errorShare * 0.9, errorShare * 1.1);
        Assert.All(byHour.Zip(errors), hour => Assert.InRange(hour.Second / (double)hour.First, 0.01, 0.06));
        Assert.InRange(byHour[19] / (double)byHour[3], 2.5, 3.6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Advance_ErrorShare_IsMet(double share)
    {
        var lines = Demo.Run(TimeSpan.FromMinutes(10), rate: 500, errorShare: share);

        Assert.InRange(lines.Count(line => line.IsError) / (double)lines.Count, share * 0.92, (share * 1.08) + 0.0001);
    }

    [Fact]
    public void Advance_Records_AreInOrderAndVaried()
    {
        var lines = Demo.Run(TimeSpan.FromMinutes(20), rate: 200);

        Assert.Equal(lines.Select(line => line.At).Order(), lines.Select(line => line.At));
        Assert.Equal(Demo.Shop.Services.Select(service => service.Name).Order(), lines.Select(line => line.Service).Distinct().Order());
        var patterns = Demo.Shop.Messages.Select(message => (message.Service.Name, message.Pattern)).ToList();
        Assert.True(patterns.Count >= 60, $"{patterns.Count} shapes");
        var seen = patterns.Count(shape => lines.Any(line => line.Service == shape.Name && line.Body.StartsWith(shape.Pattern.Split("<*>")[0], StringComparison.Ordinal)));
        Assert.True(seen >= 60, $"{seen} shapes seen");
        var names = lines.Where((_, i) => i % 7 == 0).SelectMany(line => JsonElement.Parse(line.Attributes).EnumerateObject().Select(member => member.Name)).ToHashSet();
        Assert.True(names.Count >= 23, string.Join(", ", names));
        Assert.Superset(new HashSet<string> { "user_id", "region", "service.version", "session_id", "http.status" }, names);
        Assert.Contains(lines, line => line.Body.Contains("\n    at ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Service == "catalog" && JsonElement.Parse(line.Body).ValueKind == JsonValueKind.Object);
    }

    [Fact]
    public void Advance_Traces_AreTreesWhoseTimesAddUp()
    {
        var lines = Demo.Run(TimeSpan.FromMinutes(5), errorShare: 0).Where(line => !line.Trace.IsEmpty).ToList();
        var orders = lines.GroupBy(line => line.Trace).Where(trace => trace.Any(line => line.Body.Contains("POST /orders", StringComparison.Ordinal))).ToList();

        Assert.True(orders.Count > 20, $"{orders.Count}");
        Assert.All(orders, trace =>
        {
            Assert.Superset(new HashSet<string> { "web", "checkout", "payment", "db", "queue" }, trace.Select(line => line.Service).ToHashSet());
            Assert.Single(trace.Select(line => JsonElement.Parse(line.Attributes).GetProperty("user_id").GetInt32()).Distinct());
            Assert.All(trace.GroupBy(line => line.Span), span => Assert.Single(span.Select(line => (line.Service, line.Host)).Distinct()));
            var last = trace.Last();
            Assert.Equal("web", last.Service);
            var placed = trace.Single(line => line.Body.Contains(" placed ", StringComparison.Ordinal));
            var approved = trace.Single(line => line.Body.Contains(" approved ", StringComparison.Ordinal));
            Assert.True(Duration(last) >= Duration(placed) && Duration(placed) >= Duration(approved), string.Join('\n', trace));
            Assert.True(Duration(last) >= (long)(last.At - trace.First().At).TotalMilliseconds);
            Assert.True(approved.At <= placed.At && placed.At <= last.At);
        });

        static long Duration(DemoLine line) => JsonElement.Parse(line.Attributes).GetProperty("duration_ms").GetInt64();
    }

    [Fact]
    public void SetFaults_WhatAFaultDoesNotHit_StaysAsItWouldHaveBeen()
    {
        var ordinary = Demo.Run(TimeSpan.FromMinutes(2));
        var silent = Demo.Run(TimeSpan.FromMinutes(2), Demo.Fault("silent_service", TimeSpan.FromMinutes(1), service: "catalog"));

        Assert.Equal(ordinary.Where(line => line.Service != "catalog" || line.At >= Some.Time.AddMinutes(1)), silent);
        var timeouts = Demo.Run(TimeSpan.FromMinutes(2), Demo.Fault("payment_gateway_timeouts"));
        Assert.Equal(ordinary.Where(line => line.Service == "catalog"), timeouts.Where(line => line.Service == "catalog"));
    }
}

file static class Days
{
    public static DateTimeOffset ToUniversal(this DateTime date) => new(date, TimeSpan.Zero);
}
