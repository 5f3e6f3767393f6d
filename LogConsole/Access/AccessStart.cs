using LogConsole.Access.Users;
using LogConsole.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Access;

/// <summary>Once the database is there: loads the keys that seal cookies, and prints the link of the first administrator while there is none.</summary>
internal sealed class AccessStart(
    Database database,
    UserDirectory users,
    IDataProtectionProvider protection,
    IServer server,
    IHostApplicationLifetime lifetime,
    IOptions<AccessOptions> options,
    TimeProvider time,
    ILogger<AccessStart> logger) : BackgroundLoop(time, logger)
{
    // "lc-keys": two instances that start on an empty table would each seal with a key the other learns of a day later.
    private const string LockSql = "select pg_advisory_lock(30498085119423859)";
    private const string UnlockSql = "select pg_advisory_unlock(30498085119423859)";

    public override string Name => "start of access";

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await database.WhenReadyAsync(cancellationToken).ConfigureAwait(false);
        await LoadKeysAsync(cancellationToken).ConfigureAwait(false);
        if (options.Value.Mode == AccessMode.Open)
        {
            return;
        }

        await WhenServingAsync(cancellationToken).ConfigureAwait(false);
        if (await users.MakeFirstAdminLinkAsync(cancellationToken).ConfigureAwait(false) is { } token)
        {
            // Not through the log, which is kept and passed on: the token is a secret for as long as it works.
            await Console.Out.WriteLineAsync(InvitationOf(token).AsMemory(), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LoadKeysAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, LockSql, cancellationToken).ConfigureAwait(false);
        try
        {
            protection.CreateProtector(nameof(AccessStart)).Protect([]);
        }
        finally
        {
            await ExecuteAsync(connection, UnlockSql, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task WhenServingAsync(CancellationToken cancellationToken)
    {
        var serving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(serving.SetResult).ConfigureAwait(false);
        await serving.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private string InvitationOf(string token)
    {
        var address = options.Value.PublicUrl is { Length: > 0 } url ? url : server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        return $"""

            There is no administrator yet. To make one, open this link within {AccessLinks.FirstAdminLifetime.TotalMinutes:0} minutes; it works once:

                {AccessLinks.UrlOf(address, token)}

            """;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
