using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Storage;

/// <summary>Parameter values that several rooms need alike.</summary>
internal static class SqlValues
{
    /// <summary>A LIKE pattern that finds the text anywhere; its own wildcards are taken literally.</summary>
    public static string Containing(string text) =>
        "%" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";

    /// <summary>An <c>int[]</c> parameter, or its null: no condition.</summary>
    public static NpgsqlParameter IdsOrAll(int[]? ids) =>
        new() { Value = (object?)ids ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer };
}
