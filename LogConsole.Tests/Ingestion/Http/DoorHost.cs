using System.Collections.Concurrent;
using System.Net;
using System.Text;
using LogConsole.Access;
using LogConsole.Ingestion;
using LogConsole.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LogConsole.Tests.Ingestion.Http;

/// <summary>
/// The ingestion room on a real server on a loopback port, with a consumer in place of the pipeline that commits every delivery
/// (or holds it, when <see cref="Hold"/> is set) and remembers what it saw.
/// </summary>
internal sealed class DoorHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("logconsole-door-");
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _taken = new(0);
    private Task _consumer = Task.CompletedTask;

    private DoorHost(IReadOnlyDictionary<string, string?> settings, Database? database, Action<IServiceCollection>? configure)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = _data.FullName });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Access:Mode", (string?)"Open")]).AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var withoutDatabase = database is null;
        if (database is null)
        {
            database = new Database(TimeProvider.System);
            database.Open(NpgsqlDataSource.Create("Host=127.0.0.1;Port=1"));
            builder.Services.AddSingleton<IRequestIdentityStore>(Identities);
        }

        Database = database;
        builder.Services.AddSingleton(database);
        configure?.Invoke(builder.Services);
        builder.AddAccess();
        if (withoutDatabase)
        {
            builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();

            // What works in the background would find that the database is not there, and the door would close.
            builder.Services.RemoveAll<IHostedService>();
        }

        builder.AddIngestion();
        _app = builder.Build();
        _app.UseAccess();
        _app.MapIngestion();
        _app.MapGet("/page", () => "a page");
        _app.MapPost("/admin/{what}", () => "done").RequireAuthorization(AccessPolicies.Admin);
    }

    public HttpClient Client { get; private set; } = null!;

    public Database Database { get; }

    public IServiceProvider Services => _app.Services;

    public FakeIdentityStore Identities { get; } = new();

    public IngestionQueue Queue => _app.Services.GetRequiredService<IngestionQueue>();

    public IngestGate Gate => _app.Services.GetRequiredService<IngestGate>();

    public IngestionCounters Counters => _app.Services.GetRequiredService<IngestionCounters>();

    /// <summary>Every delivery that was taken, with its records as text while they were valid.</summary>
    public ConcurrentQueue<(Delivery Delivery, IReadOnlyList<string> Bodies)> Taken { get; } = new();

    /// <summary>Do not settle deliveries; the test does.</summary>
    public bool Hold { get; set; }

    /// <summary>How deliveries end.</summary>
    public Func<Delivery, DeliveryOutcome> Outcome { get; set; } = delivery => new DeliveryOutcome(DeliveryStatus.Committed, delivery.Records.Count, 0, 0, []);

    public static async Task<DoorHost> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, Database? database = null, Action<IServiceCollection>? configure = null, bool consume = true)
    {
        var host = new DoorHost(settings ?? new Dictionary<string, string?>(), database, configure);
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        host.Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(host._app.Urls.First()) };
        if (consume)
        {
            host._consumer = host.ConsumeAsync();
        }

        return host;
    }

    public async Task<Delivery> TakenAsync()
    {
        await _taken.WaitAsync(TestContext.Current.CancellationToken);
        return Taken.Last().Delivery;
    }

    /// <summary>Posts a body to the door.</summary>
    public Task<HttpResponseMessage> PostAsync(byte[] body, string? contentType = "application/x-ndjson", string? key = null, string? encoding = null, string query = "", string path = "/api/ingest")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path + query) { Content = new ByteArrayContent(body) };
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (encoding is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }

        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> PostAsync(string body, string? contentType = "application/x-ndjson", string? key = null, string? encoding = null, string query = "") =>
        PostAsync(Encoding.UTF8.GetBytes(body), contentType, key, encoding, query);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _stop.CancelAsync();
        await _consumer;
        await _app.DisposeAsync();
        _stop.Dispose();
        _taken.Dispose();
        _data.Delete(recursive: true);
    }

    private async Task ConsumeAsync()
    {
        try
        {
            while (await Queue.WaitToTakeAsync(_stop.Token))
            {
                while (Queue.TryTake(out var delivery))
                {
                    Taken.Enqueue((delivery, [.. delivery.Records.Select(record => Encoding.UTF8.GetString(record.Body.Span))]));
                    if (!Hold)
                    {
                        Settle(delivery, Outcome(delivery));
                    }

                    _taken.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    public void Settle(Delivery delivery, DeliveryOutcome outcome)
    {
        if (outcome.Status == DeliveryStatus.Committed && delivery.Identity is { } identity)
        {
            Identities.Known[(identity.Owner, identity.Key)] = new KnownRequest(identity.BodyHash, delivery.Records.Count);
        }

        Queue.Release(delivery);
        delivery.Settle(outcome);
    }
}

/// <summary>What the table would hold.</summary>
internal sealed class FakeIdentityStore : IRequestIdentityStore
{
    public ConcurrentDictionary<(string Owner, string Key), KnownRequest> Known { get; } = new();

    public ValueTask<KnownRequest?> FindAsync(string owner, string key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Known.GetValueOrDefault((owner, key)));
}

/// <summary>Reading of answers.</summary>
internal static class DoorAnswers
{
    /// <summary>Status and body, for whole-value asserts.</summary>
    public static async Task<(HttpStatusCode Status, string Body)> ReadAsync(this Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
