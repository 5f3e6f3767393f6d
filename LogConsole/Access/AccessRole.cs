namespace LogConsole.Access;

/// <summary>What a person may do, from little to all.</summary>
public enum AccessRole
{
    /// <summary>Sees everything but the administration.</summary>
    Viewer,

    /// <summary>Also works on messages and incidents.</summary>
    Support,

    /// <summary>Also sends records in.</summary>
    Engineer,

    /// <summary>Also users, keys, audit, and what deletes.</summary>
    Admin,
}

/// <summary>Roles in terms of the scopes that policies ask for.</summary>
public static class AccessRoles
{
    /// <summary>From little to all.</summary>
    public static IReadOnlyList<AccessRole> All { get; } = Enum.GetValues<AccessRole>();

    /// <summary>The scopes a role brings.</summary>
    public static IReadOnlyList<string> ScopesOf(AccessRole role) => role switch
    {
        AccessRole.Admin => [AccessScopes.Admin],
        AccessRole.Engineer => [AccessScopes.Read, AccessScopes.Triage, AccessScopes.Ingest],
        AccessRole.Support => [AccessScopes.Read, AccessScopes.Triage],
        _ => [AccessScopes.Read],
    };
}
