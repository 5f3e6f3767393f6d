namespace LogConsole.Web;

/// <summary>A query parameter that cannot be used: answered as 400 problem+json.</summary>
public sealed class QueryFaultException(string parameter, string reason) : Exception($"{parameter}: {reason}")
{
    /// <summary>The parameter's name.</summary>
    public string Parameter { get; } = parameter;
}
