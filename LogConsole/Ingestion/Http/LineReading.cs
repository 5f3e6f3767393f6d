using LogConsole.Ingestion.Formats;

namespace LogConsole.Ingestion.Http;

/// <summary>What the door will make of lines, found out with its own parser before they are sent. Reused; one caller.</summary>
internal sealed class LineReading
{
    private readonly RecordContext _context = new() { Arrival = default, Zone = SourceZone.Utc, Limits = new IngestionOptions() };
    private readonly Utf8Interner _names = new();
    private readonly SharedJsonCache _shared = new(new Utf8Interner(), new IngestionOptions().MaxAttributesBytes);

    /// <summary>Lines the door passes over.</summary>
    public static int Blanks(LineBatch batch) => Lines(batch).Count(IsBlank);

    /// <summary>Such lines at the beginning.</summary>
    public static int LeadingBlanks(LineBatch batch) => Lines(batch).TakeWhile(IsBlank).Count();

    /// <summary>Lines at the beginning that become no records: none of text, of JSON those that are no objects.</summary>
    public int LeadingUnreadable(LineBatch batch, ReplayFormat format) =>
        format == ReplayFormat.Text ? 0 : Lines(batch).TakeWhile(line => CountObjects(line) == 0).Count();

    /// <summary>How many records the lines become.</summary>
    public int Records(LineBatch batch, ReplayFormat format) => format == ReplayFormat.Text ? batch.Lines - Blanks(batch) : CountObjects(batch.Bytes);

    private int CountObjects(ReadOnlyMemory<byte> lines)
    {
        using var arena = new RecordArena();
        return new BodyParser(_context, arena, _names, _shared, int.MaxValue).Parse(lines, BodyFormat.NewlineDelimited).Records.Count;
    }

    private static bool IsBlank(ReadOnlyMemory<byte> line) => line.Span.TrimEnd((byte)'\n').TrimEnd((byte)'\r').TrimStart(" \t"u8).IsEmpty;

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(LineBatch batch)
    {
        for (var rest = batch.Bytes; !rest.IsEmpty;)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            yield return end < 0 ? rest : rest[..(end + 1)];
            rest = end < 0 ? default : rest[(end + 1)..];
        }
    }
}
