using LogConsole.Anomalies;
using LogConsole.Anomalies.Explanations;
using LogConsole.Anomalies.Incidents;
using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Anomalies;

/// <summary>An explanation tells how things stand: what is over, what goes on, and nothing of what was over long before.</summary>
public sealed class ExplanationStateTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Before = 150;
    private const int During = 24;

    // Windows of 10 s; the outage begins at 14:01:00.
    private static readonly DateTimeOffset s_outage = new(2026, 11, 20, 14, 1, 0, TimeSpan.Zero);
    private static readonly long s_window = TumblingWindow.Of(s_outage);

    private DetectionHarness _harness = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IncidentStore Store => _harness.Get<IncidentStore>();

    public async ValueTask InitializeAsync()
    {
        _harness = await DetectionHarness.StartAsync(postgres, s_outage.AddSeconds(10 * During), options => options.MinRecords = 20);
        await SendAsync(-Before, Before + During);
        _harness.Time.Advance(TimeSpan.FromMinutes(1));
        await _harness.DetectAsync();
        await _harness.ExplainAsync();
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task SeriesIsOver_IsSaidAtOnce_WithItsEnd()
    {
        var going = (await ErrorShareAsync()).Detected;
        Assert.EndsWith($" since {Headline.Clock(TumblingWindow.Start(going.StartWindow))}, as of {Headline.Clock(TumblingWindow.Start(going.LastWindow + 1))}", (await ExplanationAsync()).Headline, StringComparison.Ordinal);
        Assert.NotNull((await IncidentAsync()).GoingOnSince);

        await SendAsync(During, 30);
        _harness.Time.Advance(TimeSpan.FromMinutes(6));
        await _harness.Database.ExecuteAsync($"update incidents set explained_at = '{_harness.Time.GetUtcNow():O}'");
        await _harness.DetectAsync();

        Assert.Equal(1, await _harness.ExplainAsync());
        var detected = (await ErrorShareAsync()).Detected;
        var (start, end) = (TumblingWindow.Start(detected.StartWindow), TumblingWindow.Start(detected.LastWindow + 1));
        Assert.Equal(s_outage.AddSeconds(10 * During), end);
        Assert.EndsWith($" from {start:HH:mm:ss} UTC to {end:HH:mm:ss} UTC", (await ExplanationAsync()).Headline, StringComparison.Ordinal);
        Assert.Null((await IncidentAsync()).GoingOnSince);
    }

    [Fact]
    public async Task WhatWasOverBeforeAPause_IsNotMixedIn()
    {
        var (incident, now) = (await IncidentAsync() with { StartedAt = s_outage.AddMinutes(-15) }, await OutageAsync());
        var earlier = now with { HasEnded = true, Detected = now.Detected with { StartWindow = s_window - 90, LastWindow = s_window - 43 } };
        var silence = earlier with { Detected = earlier.Detected with { Detector = "silence", Series = "log_rate", Direction = AnomalyDirection.Gone } };

        var made = await _harness.Get<ExplanationMaker>().MakeAsync(incident, [now, silence, earlier], Cancellation);

        var all = string.Join('\n', made.Sentences.Select(sentence => sentence.Text));
        Assert.StartsWith("Error share of payment 40 % ", made.Headline, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing", all, StringComparison.Ordinal);
        Assert.Contains("It began again in payment at 14:01:00 UTC, after all series had been back in their band from 13:54:00 UTC on", all, StringComparison.Ordinal);
        Assert.Contains("came 96 times in 4 min; new", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShortBreath_IsNoPause_AndWhatGoesOnLeads()
    {
        var now = await OutageAsync();
        var breath = now with { HasEnded = true, Detected = now.Detected with { StartWindow = s_window - 30, LastWindow = s_window - 12 } };

        var made = await _harness.Get<ExplanationMaker>().MakeAsync(await IncidentAsync(), [now, breath], Cancellation);

        Assert.Equal(2, made.Sentences.Count(sentence => sentence.Text.StartsWith("Error share", StringComparison.Ordinal)));
        Assert.EndsWith(" since 14:01:00 UTC, as of 14:05:00 UTC", made.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstLine_IsToldToTheSecond_WithTheLine()
    {
        var explanation = await ExplanationAsync();
        var onset = explanation.Sentences.Single(sentence => sentence.Text.Contains("\" first came at 14:01:03 UTC.", StringComparison.Ordinal));
        Assert.Equal([EvidenceKind.Onset, EvidenceKind.Line], onset.EvidenceIds.Select(id => explanation.Evidence.Single(evidence => evidence.Id == id).Query.Kind));
    }

    [Fact]
    public async Task SeriesThatLeftItsBandLate_TheFirstLinesBelongToTheTrouble_NotToWhatWasBefore()
    {
        var found = await OutageAsync();
        var late = found with { Detected = found.Detected with { StartWindow = s_window + 9 } };
        var made = await _harness.Get<ExplanationMaker>().MakeAsync(await IncidentAsync(), [late], Cancellation);

        var all = string.Join('\n', made.Sentences.Select(sentence => sentence.Text));
        Assert.Contains("It began in payment, the first outside its band, at 14:02:30 UTC; \"gateway timeout after <*> ms\" first came at 14:01:03 UTC.", all, StringComparison.Ordinal);
        Assert.Contains("came 96 times in 4 min; new: never in the 25 min before", all, StringComparison.Ordinal);
        Assert.Equal(s_outage, made.Evidence.Single(evidence => evidence.Query.Kind == EvidenceKind.ErrorShareRange).Query.To);
        Assert.StartsWith("Error share of payment 41 % on average (0 % in the 24 calm minutes before) since 14:02:30 UTC", made.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MinutesBefore_OfAnEarlierOutage_AreNotWhatIsUsual()
    {
        var outage = await OutageAsync();
        await _harness.Database.ExecuteAsync($"""
            insert into anomalies (service_id, detector, detector_version, series, direction, start_window, last_window, found_window, ended, value, low, high, score, factors)
            select id, 'error_share', 1, 'error_share', 0, '{s_outage.AddMinutes(-19):O}', '{s_outage.AddMinutes(-17):O}', '{s_outage.AddMinutes(-18):O}', true, 1, 0, 0, 90, '[]' from services where name = 'payment'
            """);
        var made = await _harness.Get<ExplanationMaker>().MakeAsync(await IncidentAsync(), [outage], Cancellation);
        Assert.Contains(" in the 21 calm minutes before) ", made.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SampleLines_TellTheirOwnTime()
    {
        var lines = (await ExplanationAsync()).Evidence.Where(evidence => evidence.Query.Kind == EvidenceKind.Line).ToList();
        Assert.Contains(s_outage.AddSeconds(3).ToUnixTimeMilliseconds(), lines.Select(line => line.Numbers.Single(number => number.Name == "at").Value));
    }

    [Fact]
    public async Task MinutesBefore_AreWholeOnes_AndTheLinkShowsThem()
    {
        var before = (await ExplanationAsync()).Evidence.Single(evidence => evidence.Query.Kind == EvidenceKind.ErrorShareRange);
        Assert.Equal((24, s_outage.AddMinutes(-24), s_outage), (Minutes(before.Numbers), before.Query.From, before.Query.To));
        Assert.EndsWith("&from=2026-11-20T13:37:00Z&to=2026-11-20T14:01:00Z&step=60", before.Link, StringComparison.Ordinal);

        // A console that began to listen within a minute did not hear all of it.
        await _harness.Database.ExecuteAsync($"insert into listening (instance, since, until, ended) values (gen_random_uuid(), '{s_outage.AddMinutes(-10.5):O}', '{s_outage:O}', true)");
        Assert.Equal(23, Minutes(await _harness.Get<EvidenceReader>().ReadAsync(before.Query, Cancellation)));

        static double Minutes(IReadOnlyList<EvidenceNumber> numbers) => numbers.Single(number => number.Name == "minutes").Value;
    }

    [Fact]
    public async Task SeriesWithoutASentence_AreNamed_WithEvidence()
    {
        var share = await OutageAsync();
        var web = await _harness.Database.ScalarAsync<int>("select id from services where name = 'web'");
        Anomaly Of(string detector, int later) => share with
        {
            ServiceId = web,
            Service = "web",
            Detected = share.Detected with { Detector = detector, Series = detector, StartWindow = share.Detected.StartWindow + 1 + later, LastWindow = s_window + 10 },
        };
        var five = Enumerable.Range(0, 5).Select(n => share with { Detected = share.Detected with { Score = 90 - n } });

        var made = await _harness.Get<ExplanationMaker>().MakeAsync(await IncidentAsync(), [.. five, Of("volume", 0), Of("error_share", 1), Of("silence", 2)], Cancellation);

        var others = made.Sentences.Single(sentence => sentence.Text.StartsWith("Also", StringComparison.Ordinal));
        Assert.Equal("Also left their band: volume of web (1 records/s on average); error share of web (0 % on average); web, which sent nothing.", others.Text);
        Assert.Equal([EvidenceKind.LogRate, EvidenceKind.ErrorShare, EvidenceKind.LogRate], others.EvidenceIds.Select(id => made.Evidence.Single(evidence => evidence.Id == id).Query.Kind));

        made = await _harness.Get<ExplanationMaker>().MakeAsync(await IncidentAsync(), [.. five, .. Enumerable.Range(0, 10).Select(_ => Of("volume", 0))], Cancellation);
        Assert.EndsWith("; 2 more of web.", made.Sentences.Single(sentence => sentence.Text.StartsWith("Also", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
    }

    private async Task<Incident> IncidentAsync() => Assert.Single(await Store.ListAsync(new IncidentFilter(), Cancellation));

    private async Task<Anomaly> ErrorShareAsync() => Assert.Single(await Store.AnomaliesAsync(new AnomalyFilter { Detector = "error_share" }, Cancellation));

    // From the first failing window to the last.
    private async Task<Anomaly> OutageAsync()
    {
        var found = await ErrorShareAsync();
        return found with { Detected = found.Detected with { StartWindow = s_window, LastWindow = s_window + During - 1 } };
    }

    private async Task<Explanation> ExplanationAsync() => Assert.IsType<Explanation>(await Store.ExplanationAsync((await IncidentAsync()).Id, Cancellation));

    // A record a second of two services; from the outage on, payment fails in four seconds of ten.
    private Task<DeliveryOutcome> SendAsync(int from, int windows) => _harness.Pipeline.SendAsync(Some.Delivery(
    [
        .. Enumerable.Range(0, 10 * windows).SelectMany(second =>
        {
            var (n, i, at) = (from + (second / 10), second % 10, s_outage.AddSeconds((10 * from) + second));
            return (LogRecord[])
            [
                Some.LogRecord($"page {at:HHmmss} served", "web", SeverityNumber.Info, at, at),
                n is >= 0 and < During && i is >= 3 and < 7
                    ? Some.LogRecord($"gateway timeout after {3_000 + (i * 7)} ms", "payment", SeverityNumber.Error, at, at)
                    : Some.LogRecord($"payment {at:HHmmss} done", "payment", n % 40 == 10 && i == 0 ? SeverityNumber.Error : SeverityNumber.Info, at, at),
            ];
        }),
    ]));
}
