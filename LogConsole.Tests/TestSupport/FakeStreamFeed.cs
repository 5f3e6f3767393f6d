using System.Text;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Pipeline;
using LogConsole.Pipeline.Names;
using LogConsole.Streaming;

namespace LogConsole.Tests.TestSupport;

/// <summary>A stream feed over records in memory: the live end is the real one, the history a list.</summary>
internal sealed class FakeStreamFeed : IStreamFeed
{
    private readonly Lock _lock = new();
    private readonly List<(LogBatch Batch, int Index, LogRow Row)> _stored = []; // in the order of arrival
    private readonly ServiceCatalog _services = new(null!);
    private readonly TimeProvider _time;
    private long _lastId;
    private int _pages;

    public FakeStreamFeed(TimeProvider time)
    {
        _time = time;
        Tail = new LiveTail(id => _services[id].Name, time);
        _services.AddSource("test", 1);
    }

    public LiveTail Tail { get; }

    /// <summary>Pages read so far.</summary>
    public int Pages => Volatile.Read(ref _pages);

    /// <summary>Thrown by the next read.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Stores records as one batch and tells the live end, as a commit does.</summary>
    public IReadOnlyList<LogRow> Commit(params LogRecord[] records)
    {
        lock (_lock)
        {
            var batch = LogBatch.Of([Some.Delivery(records)]);
            var first = RecordIds.First(_time.GetUtcNow(), _lastId, writer: 0);
            var rows = new List<LogRow>();
            for (var i = 0; i < records.Length; i++)
            {
                batch.ServiceIds[i] = IdOf(records[i].Service);
                batch.TemplateIds[i] = 1 + (records[i].Body.Length % 50);
                _lastId = RecordIds.At(first, i);
                rows.Add(RowOf(batch, i, _lastId));
                _stored.Add((batch, i, rows[^1]));
            }

            Tail.OnCommitted(batch, new CommitResult(true, 1, first, [], []));
            return rows;
        }
    }

    /// <summary>Plain lines of the service shop, happening now.</summary>
    public IReadOnlyList<LogRow> Commit(int count, string text = "line", byte severity = SeverityNumber.Info) =>
        Commit([.. Enumerable.Range(0, count).Select(i => Some.LogRecord($"{text} {i}", severity: severity, at: _time.GetUtcNow()))]);

    /// <summary>What retention does.</summary>
    public void Drop(long id)
    {
        lock (_lock)
        {
            _stored.RemoveAll(one => one.Row.Id == id);
        }
    }

    public ITailReader OpenTail(StreamFilter filter) => Tail.Open(filter);

    public Task<StreamPage> PageAsync(StreamFilter filter, StreamPart part, int limit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _pages);
        if (Failure is { } failure)
        {
            Failure = null;
            throw failure;
        }

        var matcher = new LineMatcher(filter, id => _services[id].Name);
        lock (_lock)
        {
            var rows = _stored
                .Where(one => matcher.Matches(one.Batch, one.Index))
                .Select(one => one.Row)
                .Where(row => row.Timestamp.ToDateTimeOffset() >= part.From && row.Timestamp.ToDateTimeOffset() < part.To
                    && (part.AfterId is null || row.Id > part.AfterId) && (part.BeforeId is null || row.Id < part.BeforeId)
                    && (part.After is not { } after || (row.Timestamp.UnixMicroseconds, row.Id).CompareTo((after.UnixMicroseconds, after.Id)) < 0))
                .OrderByDescending(row => row.Timestamp).ThenByDescending(row => row.Id).Take(limit + 1).ToList();
            var page = rows.Take(limit).ToList();
            return Task.FromResult(new StreamPage(
                [.. page.Select(LineOf)], rows.Count > limit ? new LogCursor(page[^1].Timestamp.UnixMicroseconds, page[^1].Id) : null, TimedOut: false));
        }
    }

    public Task<StreamRecord?> RecordAsync(LogCursor place, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var row = _stored.Select(one => one.Row).FirstOrDefault(row => row.Id == place.Id);
            return Task.FromResult(row is null ? null : new StreamRecord(row, LogJson.Of(row, _services), "line <*>"));
        }
    }

    public Task<LogCursor?> PlaceAsync(long id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_stored.Select(one => one.Row).FirstOrDefault(row => row.Id == id) is { } row ? new LogCursor(row.Timestamp.UnixMicroseconds, id) : (LogCursor?)null);
        }
    }

    public Task<IReadOnlyList<StreamLine>> ContextAsync(LogRow row, bool sameService, int count, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var all = _stored.Select(one => one.Row).Where(one => !sameService || one.ServiceId == row.ServiceId)
                .OrderByDescending(one => one.Timestamp).ThenByDescending(one => one.Id).ToList();
            var at = all.FindIndex(one => one.Id == row.Id);
            return Task.FromResult<IReadOnlyList<StreamLine>>([.. all.Skip(Math.Max(0, at - count)).Take(Math.Min(at, count) + 1 + count).Select(LineOf)]);
        }
    }

    private StreamLine LineOf(LogRow row) => StreamLine.Of(row, _services[row.ServiceId].Name);

    private int IdOf(string name)
    {
        if (!_services.TryGetId(name, isDemo: false, out var id))
        {
            _services.Add(new ServiceName(id = _services.Count + 1, name, IsDemo: false));
        }

        return id;
    }

    private static LogRow RowOf(LogBatch batch, int index, long id)
    {
        var record = batch.Records[index];
        return new LogRow
        {
            Id = id,
            Timestamp = record.Timestamp,
            ObservedTimestamp = record.ObservedTimestamp.ToDateTimeOffset(),
            SeverityNumber = record.SeverityNumber,
            SeverityText = record.SeverityText,
            ServiceId = batch.ServiceIds[index],
            SourceId = 1,
            Host = record.Host,
            Body = Encoding.UTF8.GetString(record.Body.Span),
            TemplateId = batch.TemplateIds[index],
            TraceId = record.TraceId,
            SpanId = record.SpanId,
            Flags = record.Flags,
            Attributes = record.Attributes.IsEmpty ? null : Encoding.UTF8.GetString(record.Attributes.Span),
            Resource = record.Resource is { } resource ? Encoding.UTF8.GetString(resource.Json.Span) : null,
        };
    }
}
