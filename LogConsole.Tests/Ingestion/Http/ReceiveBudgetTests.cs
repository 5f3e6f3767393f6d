using System.Net;
using System.Text;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Http;
using Microsoft.Extensions.Options;

namespace LogConsole.Tests.Ingestion.Http;

public sealed class ReceiveBudgetTests
{
    private const int Receive = 16 << 20;

    [Theory]
    [InlineData("x\n")]
    [InlineData("{},")]
    public async Task ReserveRecords_ManySmallOnes_CountMoreThanTheirText(string record)
    {
        var reader = Reader();
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(record, 40_000)));
        var (first, second) = (new BodyReservation(), new BodyReservation());

        Assert.Null(await reader.ReserveRecordsAsync(body.Length, DoorRequest.MostRecordsOfText(body), first, TestContext.Current.CancellationToken));
        Assert.Equal("queue_full", (await reader.ReserveRecordsAsync(body.Length, DoorRequest.MostRecordsOfText(body), second, TestContext.Current.CancellationToken))?.Reason);
        reader.Release(first);
        Assert.Null(await reader.ReserveRecordsAsync(body.Length, DoorRequest.MostRecordsOfText(body), second, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ReserveRecords_LargerThanTheWholeBudget_IsLetInAlone() => Assert.Null(await Reader().ReserveRecordsAsync(
        100_000, 100_001, new BodyReservation(), TestContext.Current.CancellationToken));

    [Fact]
    public async Task Post_BodyAsLargeAsTheWholeBudget_IsReceived()
    {
        await using var host = await DoorHost.StartAsync(
            new Dictionary<string, string?> { ["Http:ReceiveBytes"] = "1048576", ["Http:MaxBodyBytes"] = "1048576", ["Ingestion:QueuePatience"] = "00:00:00" });

        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(new string('x', 1 << 20), "text/plain").ReadAsync()).Status);
    }

    [Fact]
    public void Validate_BudgetSmallerThanOneBody_IsAFault() => Assert.StartsWith(
        "Http:ReceiveBytes must be at least Http:MaxBodyBytes",
        Assert.Single(new HttpIngestionOptionsValidator().Validate(null, new HttpIngestionOptions { ReceiveBytes = Receive }).Failures!),
        StringComparison.Ordinal);

    private static BodyReader Reader() => new(
        Options.Create(new HttpIngestionOptions { ReceiveBytes = Receive }), Options.Create(new IngestionOptions { QueuePatience = TimeSpan.Zero }), TimeProvider.System);
}
