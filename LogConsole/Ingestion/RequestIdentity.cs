namespace LogConsole.Ingestion;

/// <summary>
/// What makes a request recognisable when it is sent again: written in the rows' transaction, so a repeat is known even after a restart.
/// </summary>
/// <param name="Owner">The API key's name the request came with; keys of different owners never collide.</param>
/// <param name="Key">The <c>Idempotency-Key</c> header, or <c>sha256:…</c> of the body for requests without one whose records carry timestamps.</param>
/// <param name="BodyHash">SHA-256 of the decompressed body and of what steers its reading (format, service, zone), 32 bytes.</param>
/// <param name="Lifetime">How long a repeat is recognised: 24 h with a key, 1 h without.</param>
public sealed record RequestIdentity(string Owner, string Key, ReadOnlyMemory<byte> BodyHash, TimeSpan Lifetime);
