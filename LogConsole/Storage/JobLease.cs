using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Storage;

/// <summary>The right to be the one instance that does a job, until <see cref="Lost"/>.</summary>
/// <param name="Job">The job's name.</param>
/// <param name="Token">Larger than that of every earlier holder.</param>
/// <param name="Lost">Cancelled when the console stops or the lease's connection broke: another instance may be at work already.</param>
public sealed record JobLease(string Job, long Token, CancellationToken Lost)
{
    private const string Fence = "select token from singleton_jobs where name = $1 for share";

    /// <summary>
    /// Call inside the transaction that writes, before it commits: throws <see cref="JobLeaseLostException"/> when another instance
    /// has taken the job since; when it returns, nobody can take it until the transaction has ended.
    /// </summary>
    public async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Fence, connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = Job, NpgsqlDbType = NpgsqlDbType.Text } },
        };
        var newest = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        if (newest is not long token || token != Token)
        {
            throw new JobLeaseLostException(Job);
        }
    }
}

/// <summary>Another instance does the job now; whatever was under way must not be written.</summary>
public sealed class JobLeaseLostException(string job) : Exception($"Another instance has taken over {job}.");
