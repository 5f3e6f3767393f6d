using System.Text;
using LogConsole.Ingestion.Simulator.Engine;

namespace LogConsole.Ingestion.Simulator.Scenarios;

/// <summary>A system that can be simulated, as read from a scenario file. Immutable once read.</summary>
internal sealed record Scenario(
    string Name,
    Rhythm Rhythm,
    IReadOnlyList<ServiceModel> Services,
    IReadOnlyList<MessageShape> Messages,
    IReadOnlyList<Operation> Operations,
    IReadOnlyList<Flow> Flows,
    IReadOnlyList<BackgroundLine> Background,
    IReadOnlyList<FaultKind> Faults,
    FaultSchedule? Schedule);

/// <summary>A service and its processes.</summary>
/// <param name="Index">Its number in the scenario.</param>
/// <param name="Hosts">One a process; at least one.</param>
internal sealed record ServiceModel(int Index, string Name, string Version, IReadOnlyList<string> Hosts)
{
    public byte[] NameBytes { get; } = Encoding.UTF8.GetBytes(Name);

    public byte[] VersionBytes { get; } = Encoding.UTF8.GetBytes(Version);

    public IReadOnlyList<byte[]> HostBytes { get; } = [.. Hosts.Select(Encoding.UTF8.GetBytes)];
}

/// <summary>The shape of one message of one service.</summary>
/// <param name="Source">The text as the scenario has it, with <c>${…}</c>.</param>
/// <param name="RequestAttributes">Its attributes, a JSON object, in a line that belongs to a request.</param>
/// <param name="Attributes">Its attributes in any other line.</param>
internal sealed record MessageShape(
    int Index, string Id, ServiceModel Service, byte Severity, string SeverityText, string Source, TextTemplate Text, TextTemplate RequestAttributes, TextTemplate Attributes)
{
    /// <summary>The text with <c>&lt;*&gt;</c> for what varies.</summary>
    public string Pattern { get; } = string.Concat(TextTemplate.Split(Source).Select(part => part.Name is null ? part.Literal : part.Literal + "<*>"));

    public bool IsError => Severity >= SeverityNumber.Error;
}

/// <summary>A line an operation may write.</summary>
internal readonly record struct LineUse(MessageShape Message, double Chance);

/// <summary>How long something takes: a log-normal distribution.</summary>
/// <param name="MedianMicros">The median.</param>
/// <param name="Spread">The standard deviation of the logarithm.</param>
internal readonly record struct Latency(double MedianMicros, double Spread)
{
    public long Draw(ref DemoRandom random) => MedianMicros <= 0 ? 0 : (long)(MedianMicros * Math.Exp(Spread * Math.Clamp(random.Normal(), -3, 3)));
}

/// <summary>A piece of work of one service: its lines, what it calls, how it may fail.</summary>
internal sealed class Operation(int index, string id, ServiceModel service, Latency own, int status, int failedStatus)
{
    public int Index { get; } = index;

    public string Id { get; } = id;

    public ServiceModel Service { get; } = service;

    /// <summary>The time of its own work, without its calls.</summary>
    public Latency Own { get; } = own;

    public int Status { get; } = status;

    public int FailedStatus { get; } = failedStatus;

    /// <summary>Written when it begins, when it ends well, when it fails.</summary>
    public IReadOnlyList<LineUse> Start { get; set; } = [];

    public IReadOnlyList<LineUse> End { get; set; } = [];

    public IReadOnlyList<LineUse> Failed { get; set; } = [];

    /// <summary>One after the other; the first that fails ends the operation.</summary>
    public IReadOnlyList<Call> Calls { get; set; } = [];

    /// <summary>What goes wrong on an ordinary day.</summary>
    public IReadOnlyList<OperationError> Errors { get; set; } = [];

    public WeightedChoice? ErrorChoice { get; set; }
}

/// <summary>An operation calls another.</summary>
/// <param name="OnFailure">Lines of the caller when the callee failed.</param>
/// <param name="Instead">What is called then; how that ends is how the call ends.</param>
/// <param name="Continue">True when a failure is no failure of the caller.</param>
internal sealed record Call(Operation Callee, double Chance, int Times, IReadOnlyList<LineUse> OnFailure, IReadOnlyList<Call> Instead, bool Continue);

/// <summary>Something that goes wrong now and then.</summary>
/// <param name="Weight">How often, against all other errors of the scenario.</param>
/// <param name="Takes">How long until it is noticed.</param>
/// <param name="Fails">False for trouble that is overcome.</param>
/// <param name="Status">The status then; 0 for the operation's own.</param>
internal sealed record OperationError(double Weight, Latency Takes, bool Fails, int Status, IReadOnlyList<LineUse> Lines);

/// <summary>A kind of request from outside.</summary>
internal sealed record Flow(Operation Operation, double Weight);

/// <summary>A line that belongs to no request.</summary>
/// <param name="Share">Of all records, in the mean.</param>
internal sealed record BackgroundLine(MessageShape Message, double Share);
