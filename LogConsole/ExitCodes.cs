namespace LogConsole;

/// <summary>What the process ends with; each comes with one sentence on standard error.</summary>
public static class ExitCodes
{
    public const int Success = 0;

    /// <summary>A bug: an exception nobody expected.</summary>
    public const int Failure = 1;

    /// <summary>Arguments or options are wrong.</summary>
    public const int Configuration = 2;

    /// <summary>Another console holds the data directory.</summary>
    public const int DataDirectoryInUse = 3;

    /// <summary>The database refuses the user or password.</summary>
    public const int DatabaseRefused = 4;

    /// <summary>The database server is too old, or its schema newer than this console.</summary>
    public const int DatabaseVersion = 5;

    /// <summary>The port is taken or may not be opened.</summary>
    public const int Port = 6;

    /// <summary>A folder or file cannot be read or written.</summary>
    public const int Directory = 7;

    /// <summary>The embedded PostgreSQL does not start.</summary>
    public const int EmbeddedDatabase = 8;
}
