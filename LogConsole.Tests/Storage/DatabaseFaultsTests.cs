using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Tests.Storage;

public sealed class DatabaseFaultsTests
{
    [Theory]
    [InlineData("14.11", false)]
    [InlineData("15.0", true)]
    [InlineData("18.4", true)]
    public void CheckVersion_Server_IsRefusedBelowFifteen(string version, bool accepted)
    {
        var fault = Record.Exception(() => DatabaseFaults.CheckVersion(Version.Parse(version), "the database at db:5432"));
        Assert.Equal(accepted, fault is null);
        Assert.True(accepted || ((StartupException)fault!).ExitCode == ExitCodes.DatabaseVersion);
    }

    [Theory]
    [InlineData(PostgresErrorCodes.AdminShutdown, true)]
    [InlineData(PostgresErrorCodes.CrashShutdown, true)]
    [InlineData(PostgresErrorCodes.CannotConnectNow, true)]
    [InlineData(PostgresErrorCodes.TooManyConnections, true)]
    [InlineData(PostgresErrorCodes.InvalidPassword, false)]
    [InlineData(PostgresErrorCodes.SyntaxError, false)]
    public void IsAway_ServersAnswer_TellsWaitingFromFault(string state, bool away) =>
        Assert.Equal(away, DatabaseFaults.IsAway(new PostgresException("", "FATAL", "FATAL", state)));

    [Fact]
    public void Explain_SomethingElse_HasNoSentence() =>
        Assert.Null(DatabaseFaults.Explain(new InvalidOperationException("a bug"), "the database", new NpgsqlConnectionStringBuilder()));
}
