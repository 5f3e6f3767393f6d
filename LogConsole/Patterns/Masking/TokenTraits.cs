namespace LogConsole.Patterns.Masking;

/// <summary>What a token holds that may call for masking; without any of it there is nothing to mask.</summary>
[Flags]
internal enum TokenTraits : byte
{
    None = 0,
    Digit = 1,

    /// <summary><c>=</c>: perhaps key=value.</summary>
    Equal = 2,

    /// <summary><c>/</c> or <c>\</c>: perhaps a path.</summary>
    Slash = 4,

    /// <summary><c>@</c>: perhaps an e-mail address.</summary>
    At = 8,

    All = Digit | Equal | Slash | At,
}
