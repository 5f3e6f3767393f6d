namespace LogConsole.Storage.Embedded;

/// <summary>How the embedded PostgreSQL runs.</summary>
/// <param name="DataDirectory">Absolute folder that holds <c>postgres/</c> (the cluster), its socket, password and log. The caller holds its lock.</param>
/// <param name="PostgresDirectory">Folder with <c>bin/postgres</c>; null for the one that travels with the console.</param>
/// <param name="User">The account PostgreSQL runs as when the console is root; else unused.</param>
/// <param name="SharedBuffersMiB"><c>shared_buffers</c>, MiB.</param>
internal sealed record EmbeddedPostgresSettings(string DataDirectory, string? PostgresDirectory, string User, int SharedBuffersMiB)
{
    /// <summary>The superuser and owner of everything.</summary>
    public const string Role = "logconsole";

    /// <summary>Settings that win over the console's own; for tests and benchmarks.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = new Dictionary<string, string>();

    /// <summary>The cluster. Appears whole or not at all.</summary>
    public string ClusterDirectory => Path.Combine(DataDirectory, "postgres");

    /// <summary>Where a cluster is made before it is renamed into place.</summary>
    public string StagingDirectory => Path.Combine(DataDirectory, "postgres.new");

    /// <summary>Holds the Unix socket; mode 0700.</summary>
    public string SocketDirectory => Path.Combine(DataDirectory, "postgres.socket");

    public string PasswordFile => Path.Combine(DataDirectory, "postgres.password");

    public string LogFile => Path.Combine(DataDirectory, "postgres.log");

    /// <summary>What PostgreSQL is started with; durability is on, whatever the cluster's own file says.</summary>
    public IReadOnlyDictionary<string, string> ServerSettings
    {
        get
        {
            var settings = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["fsync"] = "on",
                ["synchronous_commit"] = "on",
                ["full_page_writes"] = "on",
                // The build that travels with the console has no lz4.
                ["wal_compression"] = "pglz",
                // Fewer checkpoints, hence fewer full-page images while rows stream in; recovery reads at most this much.
                ["max_wal_size"] = "2GB",
                ["min_wal_size"] = "256MB",
                ["checkpoint_timeout"] = "15min",
                ["shared_buffers"] = $"{SharedBuffersMiB}MB",
                ["max_connections"] = "100",
                // Queries here are short; compiling them costs more than it saves.
                ["jit"] = "off",
                ["timezone"] = "UTC",
                ["log_timezone"] = "UTC",
                ["password_encryption"] = "scram-sha-256",
                ["log_checkpoints"] = "off",
                // Statements and details carry log lines and customers' messages: they stay out of the file.
                ["log_min_error_statement"] = "panic",
                ["log_error_verbosity"] = "terse",
            };
            foreach (var (name, value) in Overrides)
            {
                settings[name] = value;
            }

            return settings;
        }
    }
}
