using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion.Http;

/// <summary>
/// Reads and unpacks bodies, bounded while they grow: a bomb is cut off at the limit, and all bodies being received share one budget
/// (<see cref="HttpIngestionOptions.ReceiveBytes"/>). Their records, until they stand in the queue, share another one of that size. Thread-safe.
/// </summary>
internal sealed class BodyReader(IOptions<HttpIngestionOptions> options, IOptions<IngestionOptions> limits, TimeProvider time)
{
    private const int FirstBytes = 64 << 10;
    private const int LargestFirstBytes = 1 << 20;

    // What a parsed record takes beside its text: the object and its place in the list.
    private const int RecordBytes = 256;

    private readonly WeightedGate _budget = new(long.MaxValue, options.Value.ReceiveBytes);

    // Apart from the bodies: a request that waits here holds one already, and all of them could wait for each other.
    private readonly WeightedGate _recordBudget = new(long.MaxValue, options.Value.ReceiveBytes);

    /// <summary>Reads the whole body, or says why not. The budget is held until <see cref="Release"/>.</summary>
    public async ValueTask<IngestRefusal?> ReadAsync(HttpRequest request, ContentCoding coding, ReceivedBody body, BodyReservation reservation, CancellationToken cancellationToken)
    {
        var maxSent = coding == ContentCoding.Identity ? options.Value.MaxBodyBytes : options.Value.MaxCompressedBytes;
        if (request.ContentLength > maxSent)
        {
            return TooLarge(maxSent, coding);
        }

        // The server counts what is sent, this method what comes out of it.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = maxSent;
        }

        var stream = Unpack(request.Body, coding);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                var first = coding == ContentCoding.Identity && request.ContentLength is { } length ? (int)Math.Min(length + 1, LargestFirstBytes) : FirstBytes;
                return await FillAsync(stream, body, reservation, first, cancellationToken).ConfigureAwait(false);
            }
            catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                return TooLarge(maxSent, coding);
            }
            catch (BadHttpRequestException e)
            {
                return new IngestRefusal(e.StatusCode, "bad_request", "The body could not be read to its end.");
            }
            catch (Exception e) when (e is InvalidDataException or InvalidOperationException && coding != ContentCoding.Identity)
            {
                return IngestRefusal.BadRequest("bad_encoding", $"The body is not valid {(coding == ContentCoding.Gzip ? "gzip" : "br")} data.");
            }
        }
    }

    /// <summary>
    /// Makes sure of memory for the records of a body before they are read: tiny records take many times their text.
    /// The budget is held until <see cref="Release"/>.
    /// </summary>
    /// <param name="most">How many records the body can have.</param>
    public async ValueTask<IngestRefusal?> ReserveRecordsAsync(int bodyLength, long most, BodyReservation reservation, CancellationToken cancellationToken)
    {
        var bytes = bodyLength + (RecordBytes * Math.Min(most, options.Value.MaxRecords + 1L));
        if (!await _recordBudget.EnterAsync(0, bytes, limits.Value.QueuePatience, time, cancellationToken).ConfigureAwait(false))
        {
            return IngestRefusal.QueueFull("Too many records are being read at once.");
        }

        reservation.RecordBytes = bytes;
        return null;
    }

    /// <summary>Gives the budget back: the body is in the queue, which counts it from here on, or gone.</summary>
    public void Release(BodyReservation reservation)
    {
        _budget.Leave(0, reservation.Bytes);
        _recordBudget.Leave(0, reservation.RecordBytes);
        reservation.Bytes = reservation.RecordBytes = 0;
    }

    private async ValueTask<IngestRefusal?> FillAsync(Stream stream, ReceivedBody body, BodyReservation reservation, int first, CancellationToken cancellationToken)
    {
        var max = options.Value.MaxBodyBytes;
        while (true)
        {
            if (body.Free.IsEmpty)
            {
                var capacity = body.Capacity == 0 ? first : (int)Math.Min(body.Capacity * 2L, max + 1L);

                // The byte beyond the limit, which shows that a body is too large, is not counted: a budget of one such body must do.
                if (!await TryReserveAsync(reservation, Math.Min(capacity, max) - Math.Min(body.Capacity, max), cancellationToken).ConfigureAwait(false))
                {
                    return IngestRefusal.QueueFull("Too many bytes are being received at once.");
                }

                body.Grow(capacity);
            }

            var read = await stream.ReadAsync(body.Free, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            body.Advance(read);
            if (body.Length > max)
            {
                return TooLarge(max, ContentCoding.Identity);
            }
        }
    }

    private async ValueTask<bool> TryReserveAsync(BodyReservation reservation, int bytes, CancellationToken cancellationToken)
    {
        if (!await _budget.EnterAsync(0, bytes, limits.Value.QueuePatience, time, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        reservation.Bytes += bytes;
        return true;
    }

    private static Stream Unpack(Stream body, ContentCoding coding) => coding switch
    {
        ContentCoding.Gzip => new GZipStream(body, CompressionMode.Decompress, leaveOpen: true),
        ContentCoding.Brotli => new BrotliStream(body, CompressionMode.Decompress, leaveOpen: true),
        _ => body,
    };

    private static IngestRefusal TooLarge(int max, ContentCoding coding) =>
        IngestRefusal.TooLarge($"The body is larger than {max:N0} bytes {(coding == ContentCoding.Identity ? "decompressed" : "compressed")}.");
}

/// <summary>What one request holds of the receive budget.</summary>
internal sealed class BodyReservation
{
    public long Bytes { get; set; }

    /// <summary>The same for its records.</summary>
    public long RecordBytes { get; set; }
}
