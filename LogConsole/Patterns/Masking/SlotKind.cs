namespace LogConsole.Patterns.Masking;

/// <summary>
/// What a slot stands for when it is a whole token. The numeric value is the token's id in every token table.
/// All kinds are shown as <c>&lt;*&gt;</c>. Stored in <c>miner_state</c> by letter (TemplateCodec): append only.
/// </summary>
public enum SlotKind : byte
{
    /// <summary>Words that differed between lines: not a masked value.</summary>
    Any = 0,

    /// <summary>Masked values of several kinds.</summary>
    Mixed = 1,

    /// <summary>Number, version, list of numbers, number with unit.</summary>
    Number = 2,

    /// <summary>IPv4 or IPv6 address with or without port, or a MAC address.</summary>
    Address = 3,

    Hex = 4,

    Uuid = 5,

    /// <summary>File path or URL.</summary>
    Path = 6,

    /// <summary>Date, time of day, or both.</summary>
    Time = 7,

    /// <summary>Letters and digits in turns, e-mail addresses, tokens too long to be words.</summary>
    Id = 8,

    /// <summary>What lies beyond the limits, or beyond the first line of a message of several lines.</summary>
    Rest = 9,
}
