using LogConsole.Ingestion.Simulator.Scenarios;

namespace LogConsole.Ingestion.Simulator.Engine;

/// <summary>Where lines go that a run writes.</summary>
internal interface ILineSink
{
    /// <summary>The buffer of the tick a moment lies in; null when it lies too far ahead.</summary>
    TickBuffer? At(long micros);
}

/// <summary>
/// Runs one request through the call graph and writes what every service would log of it: a tree of spans under one trace id,
/// where a caller's time contains that of its calls. Reused; not thread-safe.
/// </summary>
internal sealed class RequestRun(ILineSink sink, FaultState faults)
{
    private readonly LineContext _line = new();
    private DemoRandom _random;
    private ulong _request;
    private TraceId _trace;
    private int _spans;

    /// <summary>Chance of an ordinary error per unit of weight.</summary>
    public double ErrorFactor { get; set; }

    /// <summary>Runs an operation as a request of its own.</summary>
    /// <param name="request">What all its randomness is derived from.</param>
    public void Request(Operation operation, long micros, ulong request)
    {
        _random = new DemoRandom(request);
        _request = request;
        _trace = new TraceId(DemoRandom.Derive(request, 1), DemoRandom.Derive(request, 2));
        _spans = 0;
        Execute(operation, micros);
    }

    /// <summary>Writes a line that belongs to no request.</summary>
    public void Line(MessageShape message, long micros, int host, double progress, ulong seed)
    {
        _trace = default;
        _request = seed;
        Write(message, message.Attributes, micros, 0, 0, host, 0, progress);
    }

    private (long End, bool Ok) Execute(Operation operation, long start)
    {
        var span = DemoRandom.Derive(_request, 16 + (ulong)_spans++);
        var host = (int)(span % (ulong)operation.Service.Hosts.Count);
        var frame = new Frame(operation, start, span, host);
        WriteAll(operation.Start, frame, start, operation.Status);

        if (Failure(frame) is { } broken)
        {
            return broken;
        }

        if (operation.ErrorChoice is { } errors && _random.Chance(ErrorFactor * errors.Total))
        {
            var error = operation.Errors[errors.Pick(_random.NextDouble())];
            start += error.Takes.Draw(ref _random);
            WriteAll(error.Lines, frame, start, error.Status == 0 ? operation.FailedStatus : error.Status);
            if (error.Fails)
            {
                return Fail(frame, start, error.Status);
            }
        }

        var own = (long)(operation.Own.Draw(ref _random) * faults.SlowdownOf(operation));
        var at = start + (own / 2);
        foreach (var call in operation.Calls)
        {
            (at, var ok) = Make(call, frame, at);
            if (!ok)
            {
                return Fail(frame, at, 0);
            }
        }

        at += own - (own / 2);
        WriteAll(operation.End, frame, at, operation.Status);
        return (at, true);
    }

    private (long End, bool Ok) Make(Call call, Frame caller, long at)
    {
        for (var i = 0; i < call.Times; i++)
        {
            if (!_random.Chance(call.Chance))
            {
                continue;
            }

            (at, var ok) = Execute(call.Callee, at);
            if (ok)
            {
                continue;
            }

            WriteAll(call.OnFailure, caller, at, caller.Operation.FailedStatus);
            ok = call.Continue || call.Instead.Count > 0;
            foreach (var other in call.Instead)
            {
                (at, var helped) = Make(other, caller, at);
                ok &= helped || call.Continue;
            }

            if (!ok)
            {
                return (at, false);
            }
        }

        return (at, true);
    }

    // Decided by the fault's own randomness: requests it does not hit stay as they would have been.
    private (long End, bool Ok)? Failure(Frame frame)
    {
        if (faults.FailuresOf(frame.Operation) is not { } failures)
        {
            return null;
        }

        foreach (var failure in failures)
        {
            var random = new DemoRandom(DemoRandom.Derive(failure.Seed, frame.Span));
            if (!random.Chance(failure.Chance))
            {
                continue;
            }

            var at = frame.Start + failure.Effect.Takes.Draw(ref random);
            var status = failure.Effect.Status;
            WriteAll(failure.Effect.Lines, frame, at, status == 0 ? frame.Operation.FailedStatus : status);
            return Fail(frame, at, status);
        }

        return null;
    }

    private (long End, bool Ok) Fail(Frame frame, long at, int status)
    {
        WriteAll(frame.Operation.Failed, frame, at, status == 0 ? frame.Operation.FailedStatus : status);
        return (at, false);
    }

    private void WriteAll(IReadOnlyList<LineUse> lines, Frame frame, long at, int status)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Chance >= 1 || _random.Chance(lines[i].Chance))
            {
                Write(lines[i].Message, lines[i].Message.RequestAttributes, at, at - frame.Start, frame.Span, frame.Host, status, 0);
            }
        }
    }

    private void Write(MessageShape message, TextTemplate attributes, long micros, long duration, ulong span, int host, int status, double progress)
    {
        if (sink.At(micros) is not { } buffer)
        {
            return;
        }

        _line.Line = DemoRandom.Derive(_request ^ span, (ulong)micros + ((ulong)message.Index << 56));
        _line.Request = _request;
        _line.Service = message.Service;
        _line.Host = message.Service.HostBytes[host];
        _line.Version = faults.VersionOf(message.Service);
        _line.TimeMicros = micros;
        _line.DurationMicros = duration;
        _line.Status = status;
        _line.Progress = progress;
        _line.TraceId = _trace;
        _line.SpanId = span;
        var start = buffer.Length;
        message.Text.Write(buffer, _line);
        var body = buffer.Length - start;
        attributes.Write(buffer, _line);
        buffer.Add(new PendingLine(message, message.Service.Hosts[host], micros, _trace, span, start, body, buffer.Length - start - body));
    }

    /// <summary>One operation under way.</summary>
    private readonly record struct Frame(Operation Operation, long Start, ulong Span, int Host);
}
