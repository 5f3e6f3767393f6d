using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LogConsole.Anomalies;

/// <summary>How this room writes JSON, in its tables and in its answers: camel case, enumerations as words.</summary>
internal static class AnomalyJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.Default,
    };
}
