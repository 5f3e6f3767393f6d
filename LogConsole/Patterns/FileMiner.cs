using System.Globalization;
using System.Text;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Formats.Lines;
using LogConsole.Ingestion.Framing;
using LogConsole.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogConsole.Patterns;

/// <summary>
/// Mines a file through the pipeline's own stage, batch by batch, one pass, without a database: a counter stands in for the identity column.
/// Every line keeps the id it was given when its batch was committed; texts are those at the end, so equal ids show equal texts.
/// Blank lines are no records and have no id.
/// Memory: four bytes a line and the templates.
/// </summary>
/// <param name="raw">Lines are whole log lines: only what <see cref="LineRecogniser"/> finds to be the message is mined.</param>
internal sealed class FileMiner(DrainOptions options, bool raw, int maxLineBytes)
{
    private const int FlushBytes = 64 << 10;
    private readonly LineRecogniser _recogniser = new();
    private readonly TimeRules _rules = new(SourceZone.Utc, LogTimestamp.From(TimeProvider.System.GetUtcNow()));
    private readonly Utf8Interner _names = new();
    private readonly Dictionary<string, int> _services = new(StringComparer.Ordinal); // [name] → id
    private readonly List<int> _ids = []; // [line] → template id, 0 of a blank line
    private readonly List<string> _texts = [string.Empty]; // [template id], ids start at 1

    /// <summary>Physical lines read.</summary>
    public int Lines => _ids.Count;

    /// <summary>Templates found.</summary>
    public int Templates => _texts.Count - 1;

    /// <summary>Mines all lines of the stream.</summary>
    public async Task MineAsync(Stream input, CancellationToken cancellationToken)
    {
        var miner = new TemplateMiner(options, new TemplateCatalog(), NullLogger<TemplateMiner>.Instance);
        miner.Load([]);
        var stage = new MineTemplates(miner, TimeProvider.System);
        var reader = new LineBatchReader(input, maxLineBytes);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } lines)
        {
            MineBatch(stage, lines);
        }
    }

    /// <summary>
    /// Writes <c>line_id,template_id,template</c>: one row a physical line, line ids from 1, the other cells of a blank one empty, quoted as RFC 4180 asks, LF at line ends.
    /// Texts are written as they are: a spreadsheet may take one that starts with <c>=</c> for a formula.
    /// </summary>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        var cells = _texts.ConvertAll(text => Encoding.UTF8.GetBytes($"{Quoted(text)}\n"));
        var buffer = new MemoryStream();
        buffer.Write("line_id,template_id,template\n"u8);
        for (var line = 0; line < _ids.Count; line++)
        {
            Append(buffer, line + 1);
            if (_ids[line] == 0)
            {
                buffer.WriteByte((byte)',');
            }
            else
            {
                Append(buffer, _ids[line]);
            }

            buffer.Write(cells[_ids[line]]);
            if (buffer.Length >= FlushBytes)
            {
                await FlushAsync(buffer, output, cancellationToken).ConfigureAwait(false);
            }
        }

        await FlushAsync(buffer, output, cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private void MineBatch(MineTemplates stage, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        if (raw && !_recogniser.IsLearned)
        {
            _recogniser.Learn(lines, _rules);
        }

        var written = lines.Where(line => !LineText.IsBlank(line.Span)).ToList();
        int[] ids = written.Count == 0 ? [] : IdsOf(stage, written.ConvertAll(line => raw ? RecordOf(line) : Record(LogRecord.UnknownService, line)));
        var next = 0;
        _ids.AddRange(lines.Select(line => LineText.IsBlank(line.Span) ? 0 : ids[next++]));
    }

    private int[] IdsOf(MineTemplates stage, List<LogRecord> records)
    {
        var batch = LogBatch.Of([new Delivery { Source = "file", Records = records, SizeBytes = 0 }]);
        for (var i = 0; i < records.Count; i++)
        {
            batch.ServiceIds[i] = ServiceOf(records[i].Service);
        }

        var change = (MiningChange)stage.Begin(batch, laneCount: 1);
        change.Process(0, [.. Enumerable.Range(0, records.Count)]);

        // What the transaction does in the console: ids in order, for the batch's new templates.
        change.AssignIds([.. Enumerable.Range(_texts.Count, change.Created.Count)]);
        _texts.AddRange(change.Created.Select(use => use.Text));
        change.Apply();
        foreach (var use in change.Uses.Where(use => use.IsWidened))
        {
            _texts[use.Cluster.Id] = use.Text;
        }

        return batch.TemplateIds;
    }

    // Every service has its own templates, as in the console.
    private LogRecord RecordOf(ReadOnlyMemory<byte> line)
    {
        _recogniser.Read(line.Span, _rules, out var fields);
        return Record(fields.Service.IsEmpty ? LogRecord.UnknownService : _names.Get(fields.Service.Of(line.Span), LogRecordLimits.NameChars), fields.Body.Of(line));
    }

    private static LogRecord Record(string service, ReadOnlyMemory<byte> body) =>
        new() { Timestamp = default, ObservedTimestamp = default, Service = service, Body = body };

    private int ServiceOf(string name)
    {
        if (!_services.TryGetValue(name, out var id))
        {
            _services[name] = id = _services.Count;
        }

        return id;
    }

    private static void Append(MemoryStream buffer, int number)
    {
        Span<byte> digits = stackalloc byte[12];
        number.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        digits[length++] = (byte)',';
        buffer.Write(digits[..length]);
    }

    private static async ValueTask FlushAsync(MemoryStream buffer, Stream output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellationToken).ConfigureAwait(false);
        buffer.SetLength(0);
    }

    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n ") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
