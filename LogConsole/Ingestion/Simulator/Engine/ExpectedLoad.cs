using LogConsole.Ingestion.Simulator.Scenarios;

namespace LogConsole.Ingestion.Simulator.Engine;

/// <summary>
/// What a request writes in the mean, worked out along the call graph: exact, without faults. Tells how many requests make the wanted rate,
/// and how often things must go wrong for the wanted share of errors.
/// </summary>
internal sealed class ExpectedLoad
{
    private readonly Scenario _scenario;
    private readonly double _errorFactor;
    private readonly Yield?[] _known;

    private ExpectedLoad(Scenario scenario, double errorFactor)
    {
        _scenario = scenario;
        _errorFactor = errorFactor;
        _known = new Yield?[scenario.Operations.Count];
        var weight = scenario.Flows.Sum(flow => flow.Weight);
        foreach (var flow in scenario.Flows)
        {
            var yield = Of(flow.Operation);
            Records += yield.Records * flow.Weight / weight;
            Errors += yield.Errors * flow.Weight / weight;
        }
    }

    /// <summary>Records of one request.</summary>
    public double Records { get; private set; }

    /// <summary>Those of them that are of severity error or worse.</summary>
    public double Errors { get; private set; }

    /// <summary>The load at the given share of error records among all records, background lines included, and the factor that gives it.</summary>
    public static (ExpectedLoad Load, double ErrorFactor) At(Scenario scenario, double errorShare)
    {
        var background = scenario.Background.Sum(line => line.Share);
        var wanted = (errorShare - scenario.Background.Where(line => line.Message.IsError).Sum(line => line.Share)) / (1 - background);

        // The share grows with the factor; forty halvings leave nothing to see.
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < 40; i++)
        {
            var middle = (low + high) / 2;
            var load = new ExpectedLoad(scenario, middle);
            (low, high) = load.Errors / load.Records < wanted ? (middle, high) : (low, middle);
        }

        return (new ExpectedLoad(scenario, low), low);
    }

    private Yield Of(Operation operation)
    {
        if (_known[operation.Index] is { } known)
        {
            return known;
        }

        var sum = default(Yield);
        Add(operation.Start, 1, ref sum);
        var fine = 1.0; // the probability that nothing has failed so far
        if (operation.ErrorChoice is { } choice)
        {
            var chance = Math.Min(1, _errorFactor * choice.Total);
            foreach (var error in operation.Errors)
            {
                var share = chance * error.Weight / choice.Total;
                Add(error.Lines, share, ref sum);
                fine -= error.Fails ? share : 0;
            }
        }

        foreach (var call in operation.Calls)
        {
            fine *= 1 - Add(call, fine, ref sum);
        }

        Add(operation.End, fine, ref sum);
        Add(operation.Failed, 1 - fine, ref sum);
        return (_known[operation.Index] = sum with { Failing = 1 - fine }).Value;
    }

    // Returns the probability that the call fails its caller, once it is reached.
    private double Add(Call call, double reached, ref Yield sum)
    {
        var callee = Of(call.Callee);
        var fine = 1.0;
        for (var i = 0; i < call.Times; i++)
        {
            var made = reached * fine * call.Chance;
            sum = sum with { Records = sum.Records + (made * callee.Records), Errors = sum.Errors + (made * callee.Errors) };
            var broken = made * callee.Failing;
            Add(call.OnFailure, broken, ref sum);
            var helped = call.Continue || call.Instead.Count > 0 ? 1.0 : 0.0;
            foreach (var other in call.Instead)
            {
                var failing = Add(other, broken, ref sum);
                helped *= call.Continue ? 1 : 1 - failing;
            }

            fine *= 1 - (call.Chance * callee.Failing * (1 - helped));
        }

        return 1 - fine;
    }

    private static void Add(IReadOnlyList<LineUse> lines, double times, ref Yield sum)
    {
        foreach (var (message, chance) in lines)
        {
            sum = sum with { Records = sum.Records + (times * chance), Errors = sum.Errors + (message.IsError ? times * chance : 0) };
        }
    }

    /// <summary>Of one run of an operation: records, error records, probability to fail.</summary>
    private readonly record struct Yield(double Records, double Errors, double Failing);
}
