using System.Text;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Pipeline;

namespace LogConsole.Streaming;

/// <summary>
/// A filter applied to committed records, without a copy of their text where that is possible. The cheap conditions come first.
/// Single user: the pipeline loop.
/// </summary>
internal sealed class LineMatcher(StreamFilter filter, Func<int, string> serviceName)
{
    private readonly Dictionary<int, bool> _services = []; // [service id] → wanted; bounded by MaxServices, ids never change their name
    private readonly byte[]? _ascii = filter.Text is { } text && Ascii.IsValid(text) ? Encoding.ASCII.GetBytes(text) : null;

    /// <summary>Whether the record is wanted.</summary>
    public bool Matches(LogBatch batch, int index)
    {
        var record = batch.Records[index];
        return filter.Has(SeverityBands.Of(record.SeverityNumber))
            && IsWantedService(batch.ServiceIds[index])
            && IsWantedTemplate(batch.TemplateIds[index])
            && (filter.TraceId.IsEmpty || record.TraceId == filter.TraceId)
            && Contains(record.Body.Span)
            && (filter.Kind is not { } kind || MessageKinds.Of(Encoding.UTF8.GetString(record.Body.Span)) == kind);
    }

    private bool IsWantedService(int id)
    {
        if (filter.Service is null && filter.NotServices.Count == 0)
        {
            return true;
        }

        if (!_services.TryGetValue(id, out var wanted))
        {
            var name = serviceName(id);
            _services[id] = wanted = (filter.Service is null || name == filter.Service) && !filter.NotServices.Contains(name);
        }

        return wanted;
    }

    private bool IsWantedTemplate(int id) => (filter.TemplateId is not { } wanted || wanted == id) && (filter.NotTemplateIds.Count == 0 || !filter.NotTemplateIds.Contains(id));

    private bool Contains(ReadOnlySpan<byte> body)
    {
        if (filter.Text is null)
        {
            return true;
        }

        // Only ASCII letters have a case that needs no tables; other text is rare enough to be decoded.
        return _ascii is null
            ? Encoding.UTF8.GetString(body).Contains(filter.Text, StringComparison.OrdinalIgnoreCase)
            : ContainsAscii(body, _ascii);
    }

    private static bool ContainsAscii(ReadOnlySpan<byte> body, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return true;
        }

        var (lower, upper) = ((byte)char.ToLowerInvariant((char)text[0]), (byte)char.ToUpperInvariant((char)text[0]));
        while (body.Length >= text.Length)
        {
            var at = body[..(body.Length - text.Length + 1)].IndexOfAny(lower, upper);
            if (at < 0)
            {
                return false;
            }

            if (Ascii.EqualsIgnoreCase(body.Slice(at, text.Length), text))
            {
                return true;
            }

            body = body[(at + 1)..];
        }

        return false;
    }
}
