namespace LogConsole.Anomalies.Detection;

/// <summary>The windows judged in one step: those of the services that are furthest behind, and of all others that are in the same stretch.</summary>
/// <param name="Services">In order of their ids, each with the first window that is not judged now.</param>
internal sealed record Chunk(long From, long To, List<(WatchedService Service, long To)> Services)
{
    /// <summary>The next stretch, at most <paramref name="length"/> windows; null when everything closed is judged.</summary>
    /// <param name="emptyTo">No service has a record between the one furthest behind and this window: that stretch is passed over.</param>
    public static Chunk? Next(IEnumerable<WatchedService> services, Func<WatchedService, long> closedTo, int length, long emptyTo = long.MinValue)
    {
        var open = services.Select(service => (Service: service, To: closedTo(service))).Where(entry => entry.Service.JudgedTo < entry.To).ToList();
        if (open.Count == 0)
        {
            return null;
        }

        var from = Math.Max(open.Min(entry => entry.Service.JudgedTo), Math.Min(emptyTo, open.Max(entry => entry.To)));
        var taking = open.Where(entry => entry.Service.JudgedTo < from + length)
            .Select(entry => (entry.Service, To: Math.Min(entry.To, from + length)))
            .OrderBy(entry => entry.Service.Id)
            .ToList();
        return new Chunk(from, taking.Max(entry => entry.To), taking);
    }
}
