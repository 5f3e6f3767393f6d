using System.Buffers;
using System.Net;
using System.Text.Json;
using LogConsole.Ingestion;
using LogConsole.Tests.Ingestion.Formats;
using LogConsole.Tests.Ingestion.Http;
using LogConsole.Tests.TestSupport;
using Npgsql;

namespace LogConsole.Tests.Ingestion;

public sealed class DeadLetterTests(PostgresFixture postgres)
{
    [Fact]
    public async Task List_Pages_NewestFirst()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DoorHost.StartAsync(database: database.Database);
        for (var i = 0; i < 5; i++)
        {
            await AddAsync(database, $$"""{"msg":"{{i}}"}""");
        }

        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            using var page = JsonDocument.Parse(await host.Client.GetStringAsync($"/api/dead-letters?limit=2{(cursor.Length == 0 ? "" : "&cursor=" + cursor)}", TestContext.Current.CancellationToken));
            seen.AddRange(page.RootElement.GetProperty("deadLetters").EnumerateArray().Select(letter => letter.GetProperty("record").GetString()!));
            cursor = page.RootElement.GetProperty("nextCursor").GetString();
        }

        Assert.Equal(["4", "3", "2", "1", "0"], seen.Select(record => ParsedLines.BodyOf(ParsedLines.One(record))));
        using var bad = await host.Client.GetAsync("/api/dead-letters?cursor=x", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    [Fact]
    public async Task Replay_One_SendsTheSameRecordOnce()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DoorHost.StartAsync(database: database.Database);
        var id = await AddAsync(database, """{"ts":"2026-11-20 10:00:00","msg":"again","service":"shop","k":[1]}""");

        var first = await host.Client.PostAsync($"/api/dead-letters/{id}/replay", null, TestContext.Current.CancellationToken).ReadAsync();
        await database.ExecuteAsync("update dead_letters set replayed_at = now()");
        var second = await host.Client.PostAsync($"/api/dead-letters/{id}/replay", null, TestContext.Current.CancellationToken).ReadAsync();

        Assert.Equal((HttpStatusCode.OK, """{"replayed":1,"duplicates":0,"refusedAgain":0,"unreadable":0,"putOff":false}"""), first);
        Assert.Equal((HttpStatusCode.OK, """{"replayed":0,"duplicates":1,"refusedAgain":0,"unreadable":0,"putOff":false}"""), second);
        var (delivery, bodies) = Assert.Single(host.Taken);
        Assert.Equal(("http:shop", $"deadletter:{id}", id, true, "again"), (delivery.Source, delivery.Identity!.Key, delivery.DeadLetterId, delivery.IsDemo, bodies[0]));
        Assert.Equal((ParsedLines.Now, LogRecordFlags.ZoneAssumed), (delivery.Records[0].ObservedTimestamp.ToDateTimeOffset(), delivery.Records[0].Flags));
    }

    [Fact]
    public async Task Replay_All_CountsEveryOutcome()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DoorHost.StartAsync(database: database.Database);
        host.Outcome = delivery => delivery.Records[0].Service == "bad"
            ? new DeliveryOutcome(DeliveryStatus.Committed, 0, 0, 1, [new LineError(1, "still bad")])
            : new DeliveryOutcome(DeliveryStatus.Committed, 1, 0, 0, []);
        await AddAsync(database, """{"msg":"good"}""");
        await AddAsync(database, """{"msg":"poison","service":"bad"}""");
        await database.ExecuteAsync("insert into dead_letters (source, line, reason, observed, service, demo, record, created_at) values ('x', 1, 'r', now(), 's', false, 'garbage', now())");

        var answer = await host.Client.PostAsync("/api/dead-letters/replay", null, TestContext.Current.CancellationToken).ReadAsync();

        Assert.Equal((HttpStatusCode.OK, """{"replayed":1,"duplicates":0,"refusedAgain":1,"unreadable":1,"putOff":false}"""), answer);
    }

    [Fact]
    public async Task Delete_Removes_AndMissingOnesAre404()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DoorHost.StartAsync(database: database.Database);
        var id = await AddAsync(database, """{"msg":"m"}""");

        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.DeleteAsync($"/api/dead-letters/{id}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.DeleteAsync($"/api/dead-letters/{id}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.PostAsync($"/api/dead-letters/{id}/replay", null, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Find_IdentityInTheTable_IsKnownUntilItExpires()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var clock = new FakeTimeProvider();
        var store = new RequestIdentityStore(database.Database, clock);
        await database.ExecuteAsync("insert into request_identities values ('local', 'k', '\\x0102', 7, '2025-06-01T12:00Z', '2025-06-02T12:00Z')");

        var known = await store.FindAsync("local", "k", TestContext.Current.CancellationToken);
        Assert.Equal((7, "0102"), (known!.Records, Convert.ToHexString(known.BodyHash.Span)));
        Assert.Null(await store.FindAsync("other", "k", TestContext.Current.CancellationToken));
        clock.Advance(TimeSpan.FromHours(24));
        Assert.Null(await store.FindAsync("local", "k", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Parse_HostileAttributes_AreTakenByJsonb()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var random = new Random(5);
        string[] values = ["\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud83d\\ude00\"", "1e999999", "-1e-99999", "1e400", new string('9', 3000), "\"\\\\u0000\"", new string('[', 3000) + new string(']', 3000), "\"\\u001b\"", "{\"\\u0000\":{\"a\":1,\"a\":2}}"];
        for (var i = 0; i < 60; i++)
        {
            var name = i % 2 == 0 ? "k" : "\\u0000k";
            string Any() => values[random.Next(values.Length)];
            var line = "{\"msg\":\"m\",\"" + name + "\":" + Any() + ",\"attributes\":{\"x\":" + Any() + "},\"service\":{\"v\":" + Any() + "}}";
            var record = ParsedLines.One(line);
            await using var command = database.Source.CreateCommand("select $1::jsonb is not null");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ParsedLines.AttributesOf(record) });
            Assert.Equal(true, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }
    }

    private static async Task<long> AddAsync(TestDatabase database, string line)
    {
        var json = new ArrayBufferWriter<byte>();
        LogRecordJson.Write(ParsedLines.One(line), json);
        await using var command = database.Source.CreateCommand(
            "insert into dead_letters (source, line, reason, observed, service, demo, record, created_at) values ('http:shop', 3, 'why', $1, 'shop', true, $2, now()) returning id");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = ParsedLines.Now });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = json.WrittenSpan.ToArray() });
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
