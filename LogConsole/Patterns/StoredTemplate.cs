namespace LogConsole.Patterns;

/// <summary>A row of the table <c>templates</c> as mining continues from it.</summary>
/// <param name="State">What <see cref="TemplateCodec.Encode"/> wrote.</param>
/// <param name="RecencyRank">1 for the template of its service seen longest ago, and up.</param>
internal sealed record StoredTemplate(LogTemplate Template, string State, long RecencyRank);
