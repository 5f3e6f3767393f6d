using System.Text;
using LogConsole.Ingestion.Formats;
using static LogConsole.Tests.Ingestion.Formats.ParsedLines;

namespace LogConsole.Tests.Ingestion.Formats;

/// <summary>Whatever a sender writes, a column of type text takes it: valid UTF-16, no NUL.</summary>
public sealed class HostileNamesTests
{
    [Theory]
    [InlineData("\\u0000")]
    [InlineData("a\\u0000b")]
    [InlineData("\\ud800")]
    [InlineData("\\udc00\\ud800")]
    [InlineData("a\0b")]
    public void Parse_NamesNoTextColumnTakes_AreRepaired(string name)
    {
        var flat = One($$"""{"service":"{{name}}","host":"{{name}}","level":"{{name}}","msg":"x"}""");
        var shared = One($$"""{"resource":{"service.name":"{{name}}","host.name":"{{name}}"},"msg":"x"}""");

        Assert.All([flat.Service, flat.Host!, flat.SeverityText!, shared.Service, shared.Host!], AssertStorable);
    }

    [Theory]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("\0", "\uFFFD")]
    [InlineData("shop", "shop")]
    [InlineData("gr\u00FC\u00DFe \U0001F600", "gr\u00FC\u00DFe \U0001F600")]
    public void Repaired_Text_IsStorable(string text, string expected) => Assert.Equal(expected, Utf8Text.Repaired(text));

    [Fact]
    public void Repaired_HalfAPair_IsReplaced() => Assert.Equal("a\uFFFDb", Utf8Text.Repaired("a" + (char)0xD800 + "b"));

    private static void AssertStorable(string text)
    {
        Assert.DoesNotContain('\0', text);
        Assert.Equal(text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
    }
}
