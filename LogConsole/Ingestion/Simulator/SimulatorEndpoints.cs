using System.Globalization;
using System.Text.Json;
using LogConsole.Access.Auditing;
using LogConsole.Web;

namespace LogConsole.Ingestion.Simulator;

/// <summary>The handlers of <c>/api/simulator</c>.</summary>
internal static class SimulatorEndpoints
{
    private static readonly TimeSpan s_truthLength = TimeSpan.FromHours(24);

    public static Task<IResult> ShowAsync(HttpRequest request, SimulatorControl control, CancellationToken cancellationToken)
    {
        RequestQuery.RejectAll(request);
        return StateAsync(control, cancellationToken);
    }

    public static async Task<IResult> TruthAsync(HttpRequest request, SimulatorControl control, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var query = new RequestQuery(request, now);
        var to = query.Moment("to") ?? now;
        var from = query.Moment("from") ?? to - s_truthLength;
        query.RejectOthers();
        return from < to
            ? Results.Json(await control.TruthAsync(from, to, cancellationToken).ConfigureAwait(false))
            : throw new QueryFaultException("from", "must be before to");
    }

    public static async Task<IResult> TuneAsync(HttpRequest request, SimulatorControl control, CancellationToken cancellationToken)
    {
        using var body = await SimulatorBody.ReadAsync(request, ["eventsPerSecond", "errorShare", "seed"], cancellationToken).ConfigureAwait(false);
        var rate = (int?)body.Integer("eventsPerSecond", 1, SimulatorOptions.MaxEventsPerSecond);
        var errors = body.Number("errorShare", 0, 0.2);
        var seed = body.Integer("seed", long.MinValue, long.MaxValue);
        AuditRequests.Tell(request.HttpContext, Asked(("eventsPerSecond", rate), ("errorShare", errors), ("seed", seed)));
        await control.TuneAsync(rate, errors, seed, cancellationToken).ConfigureAwait(false);
        return await StateAsync(control, cancellationToken).ConfigureAwait(false);
    }

    public static async Task<IResult> StartAsync(SimulatorControl control, CancellationToken cancellationToken) =>
        await control.StartAsync(cancellationToken).ConfigureAwait(false)
            ? await StateAsync(control, cancellationToken).ConfigureAwait(false)
            : NotAllowed();

    public static async Task<IResult> StopAsync(SimulatorControl control, CancellationToken cancellationToken)
    {
        await control.StopAsync(cancellationToken).ConfigureAwait(false);
        return await StateAsync(control, cancellationToken).ConfigureAwait(false);
    }

    public static async Task<IResult> InjectAsync(HttpRequest request, SimulatorControl control, TimeProvider time, CancellationToken cancellationToken)
    {
        using var body = await SimulatorBody.ReadAsync(request, ["kind", "service", "at", "duration", "intensity", "seed"], cancellationToken).ConfigureAwait(false);
        var kinds = control.Scenario.Faults;
        var name = body.Text("kind");
        var kind = kinds.FirstOrDefault(kind => kind.Name == name)
            ?? throw new QueryFaultException("kind", $"must be one of {string.Join(", ", kinds.Select(known => known.Name))}");
        var service = body.Text("service") ?? kind.Services[0].Name;
        if (!kind.Effects.ContainsKey(service))
        {
            throw new QueryFaultException("service", $"{kind.Name} happens in {string.Join(", ", kind.Services.Select(known => known.Name))}");
        }

        var at = body.Moment("at", time.GetUtcNow());
        var duration = body.Duration("duration") ?? kind.Duration;
        var intensity = body.Number("intensity", 0.05, 10) ?? 1;
        var seed = body.Integer("seed", long.MinValue, long.MaxValue);
        AuditRequests.Tell(request.HttpContext, Asked(
            ("kind", kind.Name), ("service", service), ("at", at?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)), ("duration", duration), ("intensity", intensity), ("seed", seed)));
        return await control.InjectAsync(kind.Name, service, at, duration, intensity, seed, cancellationToken).ConfigureAwait(false) is { } fault
            ? Results.Json(fault, statusCode: StatusCodes.Status201Created)
            : Results.Problem(
                "a fault happens in the records that are sent, and none are: start the stream first (POST /api/simulator/start)",
                statusCode: StatusCodes.Status409Conflict, title: "The demo stream is stopped");
    }

    public static async Task<IResult> ClearAsync(SimulatorControl control, CancellationToken cancellationToken)
    {
        await control.ClearAsync(cancellationToken).ConfigureAwait(false);
        return Results.Json(new { cleared = true });
    }

    private static async Task<IResult> StateAsync(SimulatorControl control, CancellationToken cancellationToken) =>
        Results.Json(await control.StateAsync(cancellationToken).ConfigureAwait(false));

    // For the audit: what was given, by the names of the API.
    private static string Asked(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var given = new List<string>();
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                given.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {value}"));
            }
        }

        return string.Join(", ", given);
    }

    private static IResult NotAllowed() => Results.Problem(
        $"{SimulatorOptions.Section}:{nameof(SimulatorOptions.Enabled)} is false; remove it or set it to true", statusCode: StatusCodes.Status409Conflict, title: "The demo stream is switched off");

    /// <summary>A JSON object of a request, read member by member with clear faults.</summary>
    private sealed class SimulatorBody(JsonDocument document) : IDisposable
    {
        private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);
        private static readonly TimeSpan s_furthest = TimeSpan.FromDays(7);

        public static async Task<SimulatorBody> ReadAsync(HttpRequest request, string[] known, CancellationToken cancellationToken)
        {
            JsonDocument document;
            try
            {
                document = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken).ConfigureAwait(false);
            }
            catch (JsonException)
            {
                throw new QueryFaultException("body", "must be a JSON object");
            }

            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new QueryFaultException("body", "must be a JSON object");
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!known.Contains(member.Name, StringComparer.Ordinal))
                {
                    throw new QueryFaultException("body", $"may have {string.Join(", ", known)}, and nothing else");
                }
            }

            return new SimulatorBody(document);
        }

        public string? Text(string name) => Find(name) is not { } value ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : throw new QueryFaultException(name, "must be a text");

        public long? Integer(string name, long min, long max) => Find(name) is not { } value ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max ? number
            : throw new QueryFaultException(name, $"must be a whole number from {min} to {max}");

        public double? Number(string name, double min, double max) => Find(name) is not { } value ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max ? number
            : throw new QueryFaultException(name, $"must be a number from {min} to {max}");

        public TimeSpan? Duration(string name)
        {
            if (Find(name) is not { } value)
            {
                return null;
            }

            var text = value.ValueKind is JsonValueKind.Number or JsonValueKind.String ? value.ToString() : "";
            return DurationText.TryParse(text, out var duration) && duration >= s_shortest && duration <= s_longest
                ? duration
                : throw new QueryFaultException(name, "must be a length of time from 1 s to 1 day: seconds, 30s, 5m, 1h or PT5M");
        }

        public DateTimeOffset? Moment(string name, DateTimeOffset now)
        {
            if (Find(name) is not { } value)
            {
                return null;
            }

            var text = value.ValueKind is JsonValueKind.Number or JsonValueKind.String ? value.ToString() : "";
            return QueryTime.TryParse(text, now, out var at) && at >= now - s_shortest && at <= now + s_furthest
                ? at
                : throw new QueryFaultException(name, "must be a moment of the next seven days, such as 2026-11-20T10:00:00Z");
        }

        public void Dispose() => document.Dispose();

        private JsonElement? Find(string name) =>
            document.RootElement.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
