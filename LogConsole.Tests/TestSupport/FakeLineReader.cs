using LogConsole.Overview;

namespace LogConsole.Tests.TestSupport;

/// <summary>A line reader that answers what the test says; at first that nothing is stored any more.</summary>
internal sealed class FakeLineReader : ILineReader
{
    public Func<LinePlace, LineReading> Answer { get; set; } = _ => LineReading.Gone;

    public Task<LineReading> ReadAsync(LinePlace place, CancellationToken cancellationToken) => Task.FromResult(Answer(place));
}
