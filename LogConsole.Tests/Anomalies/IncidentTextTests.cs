using LogConsole.Anomalies;
using LogConsole.Anomalies.Incidents;
using LogConsole.Components.Incidents;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Anomalies;

/// <summary>How incidents and anomalies read on pages.</summary>
public sealed class IncidentTextTests
{
    [Theory]
    [InlineData(110, 20, "silent for 110\u202Fs", "longest pause so far 20\u202Fs")]
    [InlineData(7_200, 0, "silent for 2\u202Fh", "no pause so far")]
    public void Silence_SaysHowLongAndWhatIsUsual(double value, double high, string seen, string usual)
    {
        var silence = new DetectedAnomaly("silence", 2, "log_rate", null, AnomalyDirection.Gone, Windows.Midnight, Windows.Midnight + 10, value, 0, high, 96, []);
        Assert.Equal((seen, usual), (IncidentText.Value(silence), IncidentText.Expected(silence)));
    }

    [Fact]
    public void Lasted_OfWhatGoesOn_IsSinceTheSeriesThatIsOutside_OfWhatIsBack_ToItsEnd()
    {
        var incident = Some.Incident(7, minutesAgo: 15) with { LastAt = Some.Now.AddMinutes(-2) };
        Assert.Equal((true, "6\u202Fmin"), Read(incident with { GoingOnSince = Some.Now.AddMinutes(-6) }));
        Assert.Equal((false, "13\u202Fmin"), Read(incident with { GoingOnSince = null, StartedAt = Some.Now.AddMinutes(-15) }));
        Assert.Equal((false, "13\u202Fmin"), Read(incident with { State = IncidentState.Resolved, StartedAt = Some.Now.AddMinutes(-15) }));

        static (bool, string) Read(Incident incident) => (IncidentText.GoesOn(incident), IncidentText.Lasted(incident, Some.Now));
    }

    [Theory]
    [InlineData("It began in db at 22:59:58 UTC; \"died at 09:00:00 UTC\" first came at 23:00:10 UTC.", "It began in db at 00:59:58; \"died at 09:00:00 UTC\" first came at 01:00:10.")]
    [InlineData("Error share of payment 38 % (expected 0–4 %) since 14:02 UTC", "Error share of payment 38 % (expected 0–4 %) since 16:02")]
    [InlineData("at 25:00 UTC, 1:02 UTC, 12:00 UTCX", "at 25:00 UTC, 1:02 UTC, 12:00 UTCX")]
    public void LocalClock_TellsTimesInTheReadersZone_AndLeavesQuotedTextAlone(string stored, string shown) =>
        Assert.Equal(shown, LocalClock.In(stored, new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));

    [Theory]
    [InlineData("Error share of payment 38 % on average since 14:02:10 UTC, as of 14:05:00 UTC", "Error share of payment 38 % on average")]
    [InlineData("Error share of payment 38 % (expected 0–4 %) since 14:02 UTC", "Error share of payment 38 % (expected 0–4 %)")]
    [InlineData("cart has sent nothing since 14:02 UTC while others went on", "cart has sent nothing while others went on")]
    [InlineData("cart sent nothing from 14:02:10 UTC to 14:05:00 UTC while others went on", "cart sent nothing while others went on")]
    [InlineData("New error in auth: \"down since 09:00 UTC\", 7 records since 14:02 UTC", "New error in auth: \"down since 09:00 UTC\", 7 records")]
    public void Title_LeavesTheTimeToThePage(string stored, string shown) => Assert.Equal(shown, IncidentText.Title(Some.Incident(7) with { Title = stored }));

    [Theory]
    [InlineData("Error share of payment 38 % on average since 14:02:10 UTC, as of 14:05:00 UTC", "Error share of payment 38 % on average, as of 19:50:00")]
    [InlineData("cart sent nothing from 14:02:10 UTC to 14:05:00 UTC while others went on", "cart sent nothing while others went on")]
    public void Title_OnItsPages_SaysAsOfWhenItsNumbersAre(string stored, string shown) =>
        Assert.Equal(shown, IncidentText.Title(Some.Incident(7) with { Title = stored }, TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu")));
}
