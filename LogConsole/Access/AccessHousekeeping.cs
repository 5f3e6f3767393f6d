using LogConsole.Access.Auditing;
using LogConsole.Access.Users;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Access;

/// <summary>Removes what is too old: audit, links, counts of wrong passwords. On exactly one instance, some rows at a time.</summary>
internal sealed class AccessHousekeeping(
    AuditLog audit, AccessLinks links, SignInFailures failures, IOptions<AccessOptions> options, Database database, TimeProvider time, ILogger<AccessHousekeeping> logger)
    : SingletonJob(database, time, logger)
{
    private const int RowsPerRound = 10_000;
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(10);

    public override string Name => "retention of access";

    protected override async Task RunAsync(JobLease lease, CancellationToken cancellationToken)
    {
        while (true)
        {
            await audit.RetireAsync(options.Value.AuditRetention, RowsPerRound, cancellationToken).ConfigureAwait(false);
            await links.RetireAsync(RowsPerRound, cancellationToken).ConfigureAwait(false);
            await failures.RetireAsync(RowsPerRound, cancellationToken).ConfigureAwait(false);
            Beat();
            await Task.Delay(s_interval, Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
