using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace LogConsole.Benchmarks.Viewers;

/// <summary>
/// The messages of SignalR's binary hub protocol, in which circuits speak under the name <c>blazorpack</c>: each a MessagePack array behind its length.
/// https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md
/// </summary>
internal static class HubMessage
{
    public const int Invocation = 1;
    public const int Completion = 3;
    public const int Ping = 6;
    public const int Close = 7;

    /// <summary>What keeps an idle connection alive.</summary>
    public static readonly byte[] PingMessage = [2, 0x91, Ping];

    /// <summary>A call of a method of the hub.</summary>
    /// <param name="invocationId">What its completion will carry, or null when none is wanted.</param>
    /// <param name="arguments">Each null, a truth value, a long or a text.</param>
    public static byte[] Call(string? invocationId, string target, params ReadOnlySpan<object?> arguments)
    {
        var body = new ArrayBufferWriter<byte>(256);
        body.Write<byte>([0x96, Invocation, 0x80]); // an array of six: the type, no headers, …
        Write(body, invocationId);
        Write(body, target);
        body.Write<byte>([(byte)(0x90 | arguments.Length)]);
        foreach (var argument in arguments)
        {
            Write(body, argument);
        }

        body.Write<byte>([0x90]); // no streams
        return Framed(body.WrittenSpan);
    }

    /// <summary>Cuts the first message off; false when none is left.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> messages, out ReadOnlySpan<byte> message)
    {
        var (length, shift) = (0, 0);
        for (var at = 0; at < messages.Length; at++, shift += 7)
        {
            length |= (messages[at] & 0x7f) << shift;
            if (messages[at] < 0x80)
            {
                message = messages.Slice(at + 1, length);
                messages = messages[(at + 1 + length)..];
                return true;
            }
        }

        message = default;
        return false;
    }

    private static byte[] Framed(ReadOnlySpan<byte> body)
    {
        Span<byte> prefix = stackalloc byte[5];
        var count = 0;
        for (var left = body.Length; left > 0 || count == 0; left >>= 7)
        {
            prefix[count++] = (byte)((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
        }

        return [.. prefix[..count], .. body];
    }

    private static void Write(ArrayBufferWriter<byte> output, object? value)
    {
        switch (value)
        {
            case null:
                output.Write<byte>([0xc0]);
                break;
            case bool truth:
                output.Write<byte>([(byte)(truth ? 0xc3 : 0xc2)]);
                break;
            case long number:
                output.Write<byte>([0xd3]);
                BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), number);
                output.Advance(8);
                break;
            case string text:
                output.Write<byte>([0xdb]);
                BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), Encoding.UTF8.GetByteCount(text));
                output.Advance(4);
                Encoding.UTF8.GetBytes(text, output);
                break;
            default:
                throw new ArgumentException($"{value.GetType()} is not written", nameof(value));
        }
    }
}
