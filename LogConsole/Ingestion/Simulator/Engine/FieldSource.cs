using System.Text;

namespace LogConsole.Ingestion.Simulator.Engine;

/// <summary>Something a placeholder stands for. What it writes needs no escaping in JSON.</summary>
internal abstract class FieldSource
{
    /// <summary>Whether it stands without quotes in JSON.</summary>
    public virtual bool IsNumber => false;

    /// <summary>Appends one value.</summary>
    public abstract void Write(TickBuffer into, LineContext line);
}

/// <summary>A value taken from the line's surroundings.</summary>
internal sealed class BuiltInField(Action<TickBuffer, LineContext> write, bool isNumber = false) : FieldSource
{
    /// <summary>By name, what every message may use beside the scenario's own fields.</summary>
    public static IReadOnlyDictionary<string, FieldSource> All { get; } = new Dictionary<string, FieldSource>(StringComparer.Ordinal)
    {
        ["host"] = new BuiltInField(static (into, line) => into.Write(line.Host)),
        ["service"] = new BuiltInField(static (into, line) => into.Write(line.Service.NameBytes)),
        ["version"] = new BuiltInField(static (into, line) => into.Write(line.Version)),
        ["duration_ms"] = new BuiltInField(static (into, line) => into.Write(line.DurationMicros / 1_000), isNumber: true),
        ["duration_us"] = new BuiltInField(static (into, line) => into.Write(line.DurationMicros), isNumber: true),
        ["duration_s"] = new BuiltInField(static (into, line) => into.WriteHundredths(line.DurationMicros / 10_000), isNumber: true),
        ["status"] = new BuiltInField(static (into, line) => into.Write(line.Status), isNumber: true),
        ["epoch_ms"] = new BuiltInField(static (into, line) => into.Write(line.TimeMicros / 1_000), isNumber: true),
        ["trace_id"] = new BuiltInField(static (into, line) =>
        {
            into.WriteHex(line.TraceId.High, 16);
            into.WriteHex(line.TraceId.Low, 16);
        }),
    };

    /// <inheritdoc/>
    public override bool IsNumber => isNumber;

    /// <inheritdoc/>
    public override void Write(TickBuffer into, LineContext line) => write(into, line);
}

/// <summary>A field drawn at random: once a line, or once a request.</summary>
/// <param name="index">The field's number: what tells the values of one line apart.</param>
/// <param name="perRequest">True when all lines of a request show the same value.</param>
internal abstract class DrawnField(int index, bool perRequest) : FieldSource
{
    /// <inheritdoc/>
    public sealed override void Write(TickBuffer into, LineContext line) =>
        Write(into, line, DemoRandom.Derive(perRequest ? line.Request : line.Line, (ulong)index));

    protected abstract void Write(TickBuffer into, LineContext line, ulong drawn);

    /// <summary>From 0 to below 1, of the upper bits.</summary>
    protected static double Unit(ulong drawn) => (drawn >> 11) * (1.0 / (1UL << 53));
}

/// <summary>One of a list, by weight.</summary>
internal sealed class ChoiceField(int index, bool perRequest, IReadOnlyList<string> values, IReadOnlyList<double> weights, bool isNumber)
    : DrawnField(index, perRequest)
{
    private readonly byte[][] _values = [.. values.Select(Encoding.UTF8.GetBytes)];
    private readonly WeightedChoice _choice = new(weights);

    /// <inheritdoc/>
    public override bool IsNumber => isNumber;

    protected override void Write(TickBuffer into, LineContext line, ulong drawn) => into.Write(_values[_choice.Pick(Unit(drawn))]);
}

/// <summary>A whole number of a range; with a skew above 1 the low end is more frequent.</summary>
internal sealed class IntegerField(int index, bool perRequest, long from, long to, double skew) : DrawnField(index, perRequest)
{
    /// <inheritdoc/>
    public override bool IsNumber => true;

    protected override void Write(TickBuffer into, LineContext line, ulong drawn)
    {
        var unit = Unit(drawn);
        into.Write(from + (long)((to - from + 1) * (skew == 1 ? unit : Math.Pow(unit, skew))));
    }
}

/// <summary>A number with two digits behind the point.</summary>
internal sealed class DecimalField(int index, bool perRequest, double from, double to) : DrawnField(index, perRequest)
{
    /// <inheritdoc/>
    public override bool IsNumber => true;

    protected override void Write(TickBuffer into, LineContext line, ulong drawn) => into.WriteHundredths((long)(100 * (from + ((to - from) * Unit(drawn)))));
}

/// <summary>A number that grows with the fault whose line it stands in, give or take a twentieth.</summary>
internal sealed class GrowingField(int index, double from, double to) : DrawnField(index, perRequest: false)
{
    /// <inheritdoc/>
    public override bool IsNumber => true;

    protected override void Write(TickBuffer into, LineContext line, ulong drawn) =>
        into.Write((long)((from + ((to - from) * line.Progress)) * (0.95 + (0.1 * Unit(drawn)))));
}

/// <summary>Hexadecimal digits, up to 16.</summary>
internal sealed class HexField(int index, bool perRequest, int digits) : DrawnField(index, perRequest)
{
    protected override void Write(TickBuffer into, LineContext line, ulong drawn) => into.WriteHex(drawn, digits);
}

/// <summary>An IPv4 address below a prefix of one to three numbers.</summary>
internal sealed class AddressField(int index, bool perRequest, IReadOnlyList<byte> prefix) : DrawnField(index, perRequest)
{
    protected override void Write(TickBuffer into, LineContext line, ulong drawn)
    {
        for (var i = 0; i < 4; i++, drawn >>= 8)
        {
            if (i > 0)
            {
                into.Write((byte)'.');
            }

            into.Write(i < prefix.Count ? prefix[i] : (long)(drawn & 0xFF));
        }
    }
}

/// <summary>A universally unique identifier of random bits (RFC 9562, version 4).</summary>
internal sealed class UuidField(int index, bool perRequest) : DrawnField(index, perRequest)
{
    protected override void Write(TickBuffer into, LineContext line, ulong drawn)
    {
        var rest = DemoRandom.Derive(drawn, 1);
        into.WriteHex(drawn, 8);
        into.Write((byte)'-');
        into.WriteHex(drawn >> 32, 4);
        into.Write("-4"u8);
        into.WriteHex(drawn >> 48, 3);
        into.Write((byte)'-');
        into.WriteHex(0x8000 | (rest & 0x3FFF), 4);
        into.Write((byte)'-');
        into.WriteHex(rest >> 14, 12);
    }
}

/// <summary>A field composed of others.</summary>
internal sealed class ComposedField(TextTemplate text) : FieldSource
{
    /// <inheritdoc/>
    public override void Write(TickBuffer into, LineContext line) => text.Write(into, line);
}
