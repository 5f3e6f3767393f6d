using System.Net;
using System.Net.Sockets;
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

    [Theory]
    [InlineData(PostgresErrorCodes.CannotConnectNow, "the database system is not yet accepting connections", "db is starting")]
    [InlineData(PostgresErrorCodes.CannotConnectNow, "the database system is shutting down", "db is stopping")]
    [InlineData(PostgresErrorCodes.AdminShutdown, "terminating connection due to administrator command", "db was told to end the connection")]
    [InlineData(PostgresErrorCodes.CrashShutdown, "terminating connection", "db is starting again, because one of its processes crashed")]
    [InlineData(PostgresErrorCodes.DiskFull, "could not write block \"base/1/2\"", "the disk of db is full")]
    [InlineData(PostgresErrorCodes.UndefinedTable, "relation \"x\"\r\n  does not exist.", "db answers: relation \"x\" does not exist")]
    public void Describe_ServersAnswer_IsOnePlainClause(string state, string message, string expected) =>
        Assert.Equal(expected, DatabaseFaults.Describe(new PostgresException(message, "FATAL", "FATAL", state, detail: "secret"), "db"));

    [Fact]
    public async Task Describe_NobodyListens_NamesNoSocket()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        Assert.Equal("the database at db:1 cannot be reached", DatabaseFaults.Describe(await FailToOpenAsync($"Host=127.0.0.1;Port={port}"), "the database at db:1"));
        Assert.Equal("it cannot be reached", DatabaseFaults.Describe(await FailToOpenAsync("Host=/proc/self/fd/987654"), "it"));
    }

    [Fact]
    public async Task Describe_ConnectionClosedUnderWay_SaysThatItBroke()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var opening = FailToOpenAsync($"Host=127.0.0.1;Port={((IPEndPoint)listener.LocalEndpoint).Port}");
        (await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken)).Dispose();
        Assert.Equal("the connection to the database server broke", DatabaseFaults.Describe(await opening));
    }

    [Fact]
    public async Task Describe_NoAnswerInTime_SaysSo()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        Assert.Equal("it does not answer", DatabaseFaults.Describe(await FailToOpenAsync($"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Timeout=1"), "it"));
    }

    [Fact]
    public void ReportAway_AnothersFailureOnceItIsKnownToBeAway_KeepsTheKnownReason()
    {
        using var source = NpgsqlDataSource.Create("Host=127.0.0.1");
        var database = new Database(TimeProvider.System);
        database.Open(source);
        database.ReportAway(new NpgsqlException("Failed to connect to /proc/self/fd/315/.s.PGSQL.5432", new SocketException()));
        Assert.Equal("the database server cannot be reached", database.Status.Reason);

        database.ReportAway("the embedded PostgreSQL is starting");
        database.ReportAway(new NpgsqlException("Exception while reading from stream", new IOException()));
        Assert.Equal("the embedded PostgreSQL is starting", database.Status.Reason);
    }

    private static async Task<Exception> FailToOpenAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Username=console;Password=hunter2;Database=logs;Pooling=false;SSL Mode=Disable;GSS Encryption Mode=Disable");
        return await Assert.ThrowsAnyAsync<Exception>(() => connection.OpenAsync(TestContext.Current.CancellationToken));
    }
}
