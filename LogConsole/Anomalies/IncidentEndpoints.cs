using System.Globalization;
using System.Text.Json;
using LogConsole.Access;
using LogConsole.Anomalies.Incidents;
using LogConsole.Pipeline.Names;
using LogConsole.Web;

namespace LogConsole.Anomalies;

/// <summary><c>/api/incidents</c>: listing, one with its explanation, and what people do with one.</summary>
internal static class IncidentEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;

    // A note is a few sentences, not an upload.
    private const int MaxBodyBytes = 64 << 10;
    private const int MaxNoteCharacters = 4_000;

    /// <summary>Maps below <c>/api</c>.</summary>
    /// <param name="api">The group of readers.</param>
    /// <param name="operate">The group of those who may act.</param>
    public static void Map(IEndpointRouteBuilder api, IEndpointRouteBuilder operate)
    {
        api.MapGet("/incidents", ListAsync).WithName("QueryIncidents").WithSummary("Incidents, newest start first: state (open, acknowledged, resolved; several by comma), from, to, service, limit, cursor.");
        api.MapGet("/incidents/{id}", OneAsync).WithName("GetIncident").WithSummary("One incident with its anomalies, timeline and explanation.");
        operate.MapPost("/incidents/{id}/ack", (string id, HttpContext context, IncidentStore store) => ActAsync(id, context, needsNote: false, store, store.AcknowledgeAsync, refused: incident => incident.State == IncidentState.Resolved))
            .WithName("AcknowledgeIncident").WithSummary("Take an open incident; 409 when it is resolved. Body, optional: {\"note\":\"…\"}.");
        operate.MapPost("/incidents/{id}/resolve", (string id, HttpContext context, IncidentStore store) => ActAsync(id, context, needsNote: false, store, store.ResolveAsync))
            .WithName("ResolveIncident").WithSummary("End an incident. Body, optional: {\"note\":\"…\"}.");
        operate.MapPost("/incidents/{id}/notes", (string id, HttpContext context, IncidentStore store) => ActAsync(id, context, needsNote: true, store, store.NoteAsync!))
            .WithName("AddIncidentNote").WithSummary("Add a note. Body: {\"note\":\"…\"}, at most 4,000 characters.");
    }

    private static async Task<IResult> ListAsync(HttpRequest request, IncidentStore store, ServiceCatalog services, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new RequestQuery(request, time.GetUtcNow());
        var limit = query.Int32(DefaultLimit, 1, MaxLimit, "limit", "top_k");
        var service = query.Text("service");
        var filter = new IncidentFilter
        {
            States = [.. (query.Text("state") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(State)],
            From = query.Moment("from"),
            To = query.Moment("to"),
            After = PageCursor.Read(query),
            Limit = limit + 1,
        };
        query.RejectOthers();
        filter = filter with { ServiceIds = await AnomalyEndpoints.ServiceIdsAsync(service, services, cancellationToken).ConfigureAwait(false) };
        var found = await store.ListAsync(filter, cancellationToken).ConfigureAwait(false);
        var page = found.Take(limit).ToList();
        return Results.Json(
            new { Incidents = page.Select(IncidentAnswer.Of), NextCursor = found.Count > limit ? PageCursor.Write(page[^1].StartedAt, page[^1].Id) : null }, AnomalyJson.Options);
    }

    private static async Task<IResult> OneAsync(string id, HttpRequest request, IncidentStore store, CancellationToken cancellationToken)
    {
        RequestQuery.RejectAll(request);
        return Number(id) is { } number && await store.FindAsync(number, cancellationToken).ConfigureAwait(false) is { } incident
            ? await AnswerAsync(incident, store, cancellationToken).ConfigureAwait(false)
            : NotFound(id);
    }

    private static async Task<IResult> ActAsync(
        string id, HttpContext context, bool needsNote, IncidentStore store, Func<long, string, string?, CancellationToken, Task<Incident?>> act, Predicate<Incident>? refused = null)
    {
        var note = await NoteAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        if (needsNote && note is null)
        {
            throw new QueryFaultException("note", "is missing; send {\"note\":\"what you found\"}");
        }

        if (Number(id) is not { } number || await act(number, AccessUser.NameOf(context.User), note, context.RequestAborted).ConfigureAwait(false) is not { } incident)
        {
            return NotFound(id);
        }

        return refused?.Invoke(incident) == true ? IsOver(incident) : await AnswerAsync(incident, store, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task<IResult> AnswerAsync(Incident incident, IncidentStore store, CancellationToken cancellationToken) => Results.Json(
        new
        {
            Incident = IncidentAnswer.Of(incident),
            Anomalies = (await store.AnomaliesAsync(new AnomalyFilter { IncidentId = incident.Id, Limit = IncidentStore.MaxDetails }, cancellationToken).ConfigureAwait(false)).Select(AnomalyAnswer.Of),
            Timeline = await store.TimelineAsync(incident.Id, cancellationToken).ConfigureAwait(false),
            Explanation = await store.ExplanationAsync(incident.Id, cancellationToken).ConfigureAwait(false),
        },
        AnomalyJson.Options);

    private static async Task<string?> NoteAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBodyBytes)
        {
            throw new QueryFaultException("note", $"is too long; at most {MaxNoteCharacters} characters");
        }

        var body = new byte[MaxBodyBytes];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (length == 0)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(body.AsMemory(0, length));
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("note", out var note) || note.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            var text = note.ValueKind == JsonValueKind.String ? note.GetString()!.Replace("\0", "", StringComparison.Ordinal).Trim() : throw new QueryFaultException("note", "is no text");
            return text.Length <= MaxNoteCharacters ? text.Length == 0 ? null : text : throw new QueryFaultException("note", $"is too long; at most {MaxNoteCharacters} characters");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new QueryFaultException("body", "is no JSON; send {\"note\":\"…\"} or nothing");
        }
    }

    private static IncidentState State(string text) => text.ToLowerInvariant() switch
    {
        "open" => IncidentState.Open,
        "acknowledged" or "ack" => IncidentState.Acknowledged,
        "resolved" => IncidentState.Resolved,
        _ => throw new QueryFaultException("state", "is unknown; write open, acknowledged or resolved"),
    };

    private static long? Number(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IResult IsOver(Incident incident) => Results.Problem(
        $"incident {incident.Id} is resolved ({incident.ResolvedBy ?? "it ended by itself"}, {incident.ResolvedAt:O}) and was not changed; it can still be given notes, and opens again by itself when its trouble comes back soon",
        statusCode: StatusCodes.Status409Conflict, title: "Already resolved");

    private static IResult NotFound(string id) =>
        Results.Problem($"there is no incident {id}", statusCode: StatusCodes.Status404NotFound, title: "Not found");

    private sealed record IncidentAnswer(
        string Id, string Title, IncidentState State, double Score, string Service, IReadOnlyList<string> Services, DateTimeOffset StartedAt, DateTimeOffset LastAt,
        DateTimeOffset OpenedAt, DateTimeOffset? AcknowledgedAt, string? AcknowledgedBy, DateTimeOffset? ResolvedAt, string? ResolvedBy, bool Historical, bool Notifies, bool Demo,
        string Fingerprint, int AnomalyCount, DateTimeOffset? GoingOnSince)
    {
        public static IncidentAnswer Of(Incident incident) => new(
            incident.Id.ToString(), incident.Title, incident.State, incident.Score, incident.Service, incident.Services, incident.StartedAt, incident.LastAt, incident.OpenedAt,
            incident.AcknowledgedAt, incident.AcknowledgedBy, incident.ResolvedAt, incident.ResolvedBy, incident.IsHistorical, incident.Notifies, incident.IsDemo,
            incident.Fingerprint, incident.AnomalyCount, incident.GoingOnSince);
    }
}
