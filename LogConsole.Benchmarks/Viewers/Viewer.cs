using System.Net.WebSockets;
using System.Text;

namespace LogConsole.Benchmarks.Viewers;

/// <summary>Shown to whoever looks at what a viewer gets; called on the viewer's own loop.</summary>
/// <param name="isChart">A frame of the chart, else one of the newest lines.</param>
/// <param name="json">The arguments of the call: an array of one frame.</param>
internal delegate void FrameSeen(bool isChart, ReadOnlySpan<byte> json);

/// <summary>
/// Somebody with the Overview open: a circuit of its own, spoken to as Blazor's script and our modules do. Everything is answered at once and nothing
/// is drawn, so it asks for the next frame sooner than a browser would.
/// </summary>
internal sealed class Viewer : IAsyncDisposable
{
    private readonly Wire _wire;
    private readonly HubSocket _socket;
    private readonly FrameSeen? _seen;
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource<string> _circuit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _charted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _listening = Task.CompletedTask;
    private ViewerCounts _counts;
    private long _objects;
    private long _calls;
    private long _chart = -1;
    private long _lines = -1;
    private long _tab = -1;

    private Viewer(Wire wire, HubSocket socket, FrameSeen? seen)
    {
        _wire = wire;
        _socket = socket;
        _seen = seen;
    }

    /// <summary>What it was sent so far. The loop writes it: an exact count is had when nothing is on its way.</summary>
    public ViewerCounts Counts => _counts;

    /// <summary>Why the circuit is no more; null while it lives.</summary>
    public string? Lost { get; private set; }

    /// <summary>Opens the page and waits until its chart has been given its first frame.</summary>
    public static async Task<Viewer> OpenAsync(Wire wire, string path, bool packed, FrameSeen? seen, CancellationToken cancellationToken)
    {
        var page = await LivePage.GetAsync(wire, path, cancellationToken);
        var viewer = new Viewer(wire, await HubSocket.ConnectAsync(wire, page.Cookies, packed, cancellationToken), seen);
        viewer._listening = viewer.ListenAsync();
        await viewer._socket.SendAsync(
            HubMessage.Call("0", "StartCircuit", wire.Address.ToString(), new Uri(wire.Address, path).ToString(), "[]", page.State), cancellationToken);
        await viewer._circuit.Task.WaitAsync(cancellationToken);
        await viewer._socket.SendAsync(HubMessage.Call(null, "UpdateRootComponents", page.Operations, page.State), cancellationToken);
        await viewer._charted.Task.WaitAsync(cancellationToken);
        return viewer;
    }

    /// <summary>Tells the circuit that the tab is seen or not.</summary>
    public ValueTask ShowAsync(bool visible) => _socket.SendAsync(
        HubMessage.Call(null, "BeginInvokeDotNetFromJS", (++_calls).ToString(), null, "VisibilityChanged", _tab, visible ? "[true]" : "[false]"), _over.Token);

    /// <summary>Closes the tab, and tells so as browsers do.</summary>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _listening;
        if (_circuit.Task.IsCompletedSuccessfully)
        {
            using var form = new MultipartFormDataContent { { new StringContent(await _circuit.Task), "circuitId" } };
            using var response = await _wire.Pages.PostAsync(new Uri("_blazor/disconnect", UriKind.Relative), form);
        }

        _socket.Dispose();
        _over.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (Lost is null)
            {
                var packet = await _socket.ReceiveAsync(_over.Token);
                if (packet.IsEmpty)
                {
                    Lose("the console closed the connection");
                }

                for (var at = 0; TryTake(packet.Span[at..], out var left, out var answer); at = packet.Length - left)
                {
                    if (answer is not null)
                    {
                        await _socket.SendAsync(answer, _over.Token);
                    }
                }

                _counts = _counts with { Bytes = _counts.Bytes + packet.Length };
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The tab is being closed.
        }
        catch (Exception e) when (e is WebSocketException or IOException or InvalidDataException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            Lose(e.Message);
        }
    }

    private bool TryTake(ReadOnlySpan<byte> packet, out int left, out byte[]? answer)
    {
        var taken = HubMessage.TryTake(ref packet, out var message);
        answer = taken ? Answer(message) : null;
        left = packet.Length;
        return taken;
    }

    private byte[]? Answer(ReadOnlySpan<byte> message)
    {
        var reader = new PackReader(message);
        reader.ReadArray();
        switch (reader.ReadInteger())
        {
            case HubMessage.Ping:
                return HubMessage.PingMessage;
            case HubMessage.Close:
                Lose($"the hub ended it: {Encoding.UTF8.GetString(reader.ReadText())}");
                return null;
            case HubMessage.Completion:
                Complete(ref reader);
                return null;
            case HubMessage.Invocation:
                return Invoked(ref reader);
            default:
                return null;
        }
    }

    private void Complete(ref PackReader reader)
    {
        reader.SkipHeaders();
        reader.ReadText();
        if (reader.ReadInteger() is var kind && kind == 3)
        {
            _circuit.TrySetResult(Encoding.UTF8.GetString(reader.ReadText()));
        }
        else
        {
            Lose($"the circuit did not start: {(kind == 1 ? Encoding.UTF8.GetString(reader.ReadText()) : "no answer")}");
        }
    }

    private byte[]? Invoked(ref PackReader reader)
    {
        reader.SkipHeaders();
        reader.ReadText();
        var target = reader.ReadText();
        reader.ReadArray();
        if (target.SequenceEqual("JS.RenderBatch"u8))
        {
            _counts = _counts with { Renders = _counts.Renders + 1 };
            return HubMessage.Call(null, "OnRenderCompleted", reader.ReadInteger(), null);
        }

        if (target.SequenceEqual("JS.BeginInvokeJS"u8))
        {
            _counts = _counts with { Calls = _counts.Calls + 1 };
            var handle = reader.ReadInteger();
            var name = reader.ReadText();
            var json = reader.ReadText();
            var wantsObject = reader.ReadInteger() == 1;
            var result = wantsObject ? Made(name) : Called(name, json, on: reader.ReadInteger());
            return handle == 0 ? null : HubMessage.Call(null, "EndInvokeJSFromDotNet", handle, true, $"[{handle},true,{result}]");
        }

        if (target.SequenceEqual("JS.Error"u8))
        {
            Lose($"the circuit broke: {Encoding.UTF8.GetString(reader.ReadText())}");
        }
        else if (target.SequenceEqual("JS.EndInvokeDotNet"u8))
        {
            reader.ReadText();
            if (!reader.ReadBoolean())
            {
                Lose($"a call was refused: {Encoding.UTF8.GetString(reader.ReadText())}");
            }
        }

        return null;
    }

    // A module, or an object of one.
    private string Made(ReadOnlySpan<byte> name)
    {
        var id = ++_objects;
        if (name.SequenceEqual("createVolumeChart"u8))
        {
            _chart = id;
        }
        else if (name.SequenceEqual("createLines"u8))
        {
            _lines = id;
        }

        return $$"""{"__jsObjectId":{{id}}}""";
    }

    private string Called(ReadOnlySpan<byte> name, ReadOnlySpan<byte> json, long on)
    {
        if (name.SequenceEqual("update"u8) && on == _chart)
        {
            if (json.StartsWith("""[{"marks":"""u8))
            {
                return "null";
            }

            _counts = _counts with { ChartFrames = _counts.ChartFrames + 1 };
            _seen?.Invoke(isChart: true, json);
            _charted.TrySetResult();
        }
        else if (name.SequenceEqual("update"u8) && on == _lines)
        {
            _counts = _counts with { LineFrames = _counts.LineFrames + 1 };
            _seen?.Invoke(isChart: false, json);
        }
        else if (name.SequenceEqual("attachTab"u8))
        {
            // [{"__dotNetObject":1}]
            _tab = long.Parse(json[(json.IndexOf((byte)':') + 1)..json.IndexOf((byte)'}')]);
            return """{"timeZone":"Europe/Berlin","visible":true}""";
        }

        return "null";
    }

    private void Lose(string reason)
    {
        Lost ??= reason;
        _circuit.TrySetException(new InvalidOperationException(reason));
        _charted.TrySetException(new InvalidOperationException(reason));
    }
}
