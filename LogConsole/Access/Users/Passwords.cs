using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace LogConsole.Access.Users;

/// <summary>
/// Hashing of passwords by ASP.NET Core Identity's hasher (PBKDF2, SHA-512). Slow on purpose, hence few at a time: a flood of sign-ins
/// takes a fixed share of the machine from the pipeline. Thread-safe.
/// </summary>
internal sealed class Passwords : IDisposable
{
    // OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA512.
    private const int Iterations = 210_000;

    private readonly PasswordHasher<Passwords> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly SemaphoreSlim _gate = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Lazy<string> _nobodys;

    public Passwords() => _nobodys = new Lazy<string>(() => _hasher.HashPassword(this, Guid.NewGuid().ToString()));

    /// <summary>The hash to store.</summary>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => _hasher.HashPassword(this, password), cancellationToken);

    /// <summary>
    /// Whether the password is the one of the hash, and whether its hash should be made anew. Without a hash the answer is no,
    /// after the same time.
    /// </summary>
    public async Task<(bool Matches, bool Outdated)> VerifyAsync(string? hash, string password, CancellationToken cancellationToken)
    {
        var tooLong = password.Length > PasswordRules.MaxLength;
        var result = await RunAsync(() => _hasher.VerifyHashedPassword(this, hash ?? _nobodys.Value, tooLong ? "" : password), cancellationToken).ConfigureAwait(false);
        return (hash is not null && !tooLong && result != PasswordVerificationResult.Failed, result == PasswordVerificationResult.SuccessRehashNeeded);
    }

    public void Dispose() => _gate.Dispose();

    private async Task<T> RunAsync<T>(Func<T> hash, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(hash, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }
}
