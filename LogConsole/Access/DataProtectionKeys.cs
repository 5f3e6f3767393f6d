using System.Xml.Linq;
using LogConsole.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace LogConsole.Access;

/// <summary>
/// The keys that seal cookies and forms, in the database: every instance opens what another one sealed, and a restart signs nobody out.
/// They are stored as they are: who reads the database could forge a cookie, as who writes it could add a user.
/// </summary>
internal sealed class DataProtectionKeys(Database database, ILogger<DataProtectionKeys> logger) : IXmlRepository
{
    private const int MaxKeys = 1_000;

    private const string ReadSql = "select xml from data_protection_keys order by id desc limit $1";
    private const string StoreSql = "insert into data_protection_keys (name, xml) values ($1, $2)";

    /// <summary>Asked at the first need and once a day; the framework keeps what it has when this throws.</summary>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        try
        {
            using var command = database.Source.CreateCommand(ReadSql);
            command.Parameters.Add(SqlParameters.Int32(MaxKeys));
            using var reader = command.ExecuteReader();
            var keys = new List<XElement>();
            while (reader.Read())
            {
                keys.Add(XElement.Parse(reader.GetString(0)));
            }

            return keys;
        }
        catch (Exception e) when (DatabaseFaults.IsAway(e))
        {
            logger.SealKeysUnreadable(e.Message);
            throw;
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = database.Source.CreateCommand(StoreSql);
        command.Parameters.AddAll([SqlParameters.Text(friendlyName), SqlParameters.Text(element.ToString(SaveOptions.DisableFormatting))]);
        command.ExecuteNonQuery();
    }
}
