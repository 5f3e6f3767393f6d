using System.Text;
using LogConsole.Tests.Ingestion.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;

namespace LogConsole.Tests.Ingestion.Otlp;

/// <summary>The exporter of OpenTelemetry's .NET SDK, as applications have it, against the door.</summary>
public sealed class OtlpExporterTests
{
    [Fact]
    public async Task Exporter_OverHttp_EveryRecordArrivesWithAllItSays()
    {
        await using var host = await DoorHost.StartAsync();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("checkout", serviceVersion: "3.1"));
            options.IncludeFormattedMessage = true;
            options.AddOtlpExporter(exporter =>
            {
                exporter.Endpoint = new Uri(host.Client.BaseAddress!, "/v1/logs");
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.ExportProcessorType = ExportProcessorType.Simple;
                exporter.TimeoutMilliseconds = 300_000; // a busy machine is no lost record
            });
        }));
        await using var provider = services.BuildServiceProvider();
        var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("Shop.Orders");

        await Task.Run(() => logger.LogError(new InvalidOperationException("no stock"), "order {OrderId} of {User} failed", 4711, "ann"), TestContext.Current.CancellationToken);
        var record = (await host.TakenAsync()).Records[0];

        Assert.Equal(("checkout", 17), (record.Service, record.SeverityNumber));
        Assert.Equal(["order 4711 of ann failed"], host.Taken.Single().Bodies);
        var attributes = Encoding.UTF8.GetString(record.Attributes.Span);
        Assert.Contains("\"OrderId\":4711", attributes, StringComparison.Ordinal);
        Assert.Contains("\"exception.type\":\"InvalidOperationException\"", attributes, StringComparison.Ordinal);
        Assert.Contains("Shop.Orders", Encoding.UTF8.GetString(record.Scope!.Json.Span), StringComparison.Ordinal);
        Assert.Contains("\"service.version\":\"3.1\"", Encoding.UTF8.GetString(record.Resource!.Json.Span), StringComparison.Ordinal);
    }
}
