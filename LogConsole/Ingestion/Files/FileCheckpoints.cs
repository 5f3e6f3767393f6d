using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Ingestion.Files;

/// <summary>A file's stored position.</summary>
/// <param name="Source">The checkpoint's name.</param>
/// <param name="Position">Null when nothing has been read.</param>
internal sealed record FileCheckpoint(string Source, FilePosition? Position);

/// <summary>Whose turn it is to read a file: commits under an older epoch fail.</summary>
/// <param name="Stored">The position as it is in the table, null when none is stored.</param>
internal sealed record FileClaim(string Source, long Epoch, string? Stored);

/// <summary>
/// Positions of files in <c>checkpoints</c>, under <c>file:HOST:DEVICE:INODE</c>. They are moved by the pipeline, in the rows' transaction; here they are
/// read, claimed, handed from a file to its copy, and forgotten.
/// </summary>
internal sealed class FileCheckpoints(Database database, string host, TimeProvider time)
{
    private const int MostCheckpoints = 20_000;

    private const string ListSql = "select source, position from checkpoints where starts_with(source, $1) order by updated_at desc limit $2";

    private const string ClaimSql =
        """
        insert into checkpoints (source, epoch, position, updated_at) values ($1, 1, $2, $3)
        on conflict (source) do update set epoch = checkpoints.epoch + 1, position = coalesce(excluded.position, checkpoints.position), updated_at = $3
        returning epoch, position
        """;

    private const string RemoveSql = "delete from checkpoints where source = $1";

    private const string ForgetSql = "delete from checkpoints where starts_with(source, $1) and updated_at < $2 and source <> all ($3)";

    // A file nobody has seen for so long does not come back under another name.
    private static readonly TimeSpan s_memory = TimeSpan.FromDays(30);

    private readonly string _prefix = $"file:{host}:";

    public string NameOf(FileIdentity file) => $"{_prefix}{file.Device:x}:{file.Inode:x}";

    /// <summary>All stored positions of this host, the newest first.</summary>
    public async Task<List<FileCheckpoint>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(ListSql, connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = _prefix }, new NpgsqlParameter<int> { TypedValue = MostCheckpoints } },
        };
        var list = new List<FileCheckpoint>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            list.Add(new FileCheckpoint(reader.GetString(0), FilePosition.FromJson(await reader.IsDBNullAsync(1, cancellationToken).ConfigureAwait(false) ? null : reader.GetString(1))));
        }

        return list;
    }

    /// <summary>
    /// Takes a file over; whoever read it before can commit no more. With a predecessor the new file starts where that one ended, and the predecessor's
    /// position is removed in the same transaction.
    /// </summary>
    public async Task<FileClaim> ClaimAsync(string source, FileCheckpoint? predecessor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(ClaimSql, connection, transaction)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = source },
                new NpgsqlParameter { Value = (object?)predecessor?.Position?.ToJson() ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() },
            },
        };
        FileClaim claim;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            claim = new FileClaim(source, reader.GetInt64(0), await reader.IsDBNullAsync(1, cancellationToken).ConfigureAwait(false) ? null : reader.GetString(1));
        }

        if (predecessor is not null)
        {
            await using var remove = new NpgsqlCommand(RemoveSql, connection, transaction) { Parameters = { new NpgsqlParameter<string> { TypedValue = predecessor.Source } } };
            await remove.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return claim;
    }

    /// <summary>Forgets positions of files that have long been gone.</summary>
    public async Task ForgetAsync(IEnumerable<string> present, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(ForgetSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = _prefix },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() - s_memory },
                new NpgsqlParameter<string[]> { TypedValue = [.. present] },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
