using System.Net.WebSockets;
using System.Text.Json;

namespace LogConsole.Benchmarks.Viewers;

/// <summary>A WebSocket to the hub of the circuits, behind the handshake. One receives at a time; anybody may send.</summary>
internal sealed class HubSocket : IDisposable
{
    private static readonly byte[] s_handshake = [.. """{"protocol":"blazorpack","version":1}"""u8, 0x1e];

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private byte[] _buffer = new byte[8 * 1024];

    private HubSocket()
    {
    }

    /// <summary>Negotiates and connects as a browser does.</summary>
    /// <param name="cookies">The value of the header, or empty.</param>
    /// <param name="packed">Whether to offer compression, as all browsers do.</param>
    public static async Task<HubSocket> ConnectAsync(Wire wire, string cookies, bool packed, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("_blazor/negotiate?negotiateVersion=1", UriKind.Relative)) { Headers = { { "Cookie", cookies } } };
        using var response = await wire.Pages.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        var token = answer.RootElement.GetProperty("connectionToken").GetString()!;

        var hub = new HubSocket();
        hub._socket.Options.SetRequestHeader("Origin", wire.Origin);
        hub._socket.Options.SetRequestHeader("Cookie", cookies);
        hub._socket.Options.DangerousDeflateOptions = packed ? new WebSocketDeflateOptions() : null;
        hub._socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        var address = new UriBuilder(new Uri(wire.Address, $"_blazor?id={Uri.EscapeDataString(token)}")) { Scheme = "ws" }.Uri;
        await hub._socket.ConnectAsync(address, wire.Sockets, cancellationToken);
        await hub.SendAsync(s_handshake, cancellationToken);
        var shaken = await hub.ReceiveAsync(cancellationToken);
        return shaken.Span.SequenceEqual("{}\x1e"u8)
            ? hub
            : throw new InvalidDataException($"the hub refused the handshake: {System.Text.Encoding.UTF8.GetString(shaken.Span)}");
    }

    /// <summary>The next packet, of one message or several; valid until the next call. Empty when the other end closed.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
            length += part.Count;
            if (part.EndOfMessage)
            {
                return _buffer.AsMemory(0, part.MessageType == WebSocketMessageType.Close ? 0 : length);
            }

            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * length);
            }
        }
    }

    /// <summary>Sends one message.</summary>
    public async ValueTask SendAsync(byte[] message, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await _socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
    }
}
