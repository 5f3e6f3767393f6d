using Npgsql;

namespace LogConsole.Storage;

/// <summary>Checks <c>ConnectionStrings:LogConsole</c>, when there is one.</summary>
internal sealed class ConnectionStringCheck(IConfiguration configuration) : IOptionsCheck
{
    private const string Key = $"{SectionNames.ConnectionStrings}:{ExternalServer.ConnectionName}";

    public string Section => SectionNames.ConnectionStrings;

    public IEnumerable<string> Faults()
    {
        if (configuration.GetConnectionString(ExternalServer.ConnectionName) is not { Length: > 0 } text)
        {
            return [];
        }

        try
        {
            return string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(text).Host) ? [$"{Key}: names no Host."] : [];
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // Not Npgsql's words: what it does not understand may be a piece of a password.
            return [$"{Key}: is no connection string of PostgreSQL (Host=…;Database=…;Username=…;Password=…)."];
        }
    }
}
