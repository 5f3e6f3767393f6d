using System.Net;
using System.Net.Sockets;

namespace LogConsole.Benchmarks.Viewers;

/// <summary>The way of all viewers to the console; counts the bytes that came over it, packed as they were.</summary>
internal sealed class Wire : IDisposable
{
    private long _received;

    public Wire(Uri address)
    {
        Address = address;
        Origin = address.GetLeftPart(UriPartial.Authority);
        Sockets = new HttpMessageInvoker(new SocketsHttpHandler { UseCookies = false, ConnectCallback = ConnectAsync });
        Pages = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address, DefaultRequestHeaders = { { "Origin", Origin } } };
    }

    /// <summary>The console, with a slash at its end.</summary>
    public Uri Address { get; }

    /// <summary>What browsers call the console as origin.</summary>
    public string Origin { get; }

    /// <summary>For pages and what else is asked for once.</summary>
    public HttpClient Pages { get; }

    /// <summary>For WebSockets.</summary>
    public HttpMessageInvoker Sockets { get; }

    /// <summary>Bytes received by all sockets so far.</summary>
    public long Received => Interlocked.Read(ref _received);

    public void Dispose()
    {
        Pages.Dispose();
        Sockets.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port), cancellationToken);
        return new Counted(socket, this);
    }

    private sealed class Counted(Socket socket, Wire wire) : NetworkStream(socket, ownsSocket: true)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            Interlocked.Add(ref wire._received, read);
            return read;
        }
    }
}
