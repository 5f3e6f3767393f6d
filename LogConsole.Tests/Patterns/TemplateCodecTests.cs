using System.Text;
using LogConsole.Patterns;
using LogConsole.Patterns.Masking;

namespace LogConsole.Tests.Patterns;

public sealed class TemplateCodecTests
{
    [Theory]
    [InlineData("Failed password for root from 10.0.0.7 port 4711 ssh2", "1 0 Failed password for root from \\a port \\n ssh\\-")]
    [InlineData("", "1 0")]
    [InlineData(@"back\slash \n \- \* stay", @"1 0 back\\slash \\n \\- \\* stay")]
    [InlineData("42 first", "1 1 \\n first")]
    public void Encode_Line_ReadsBack(string line, string expected)
    {
        var options = new DrainOptions();
        var tree = new DrainTree(options);
        var cluster = tree.Add(7, new LineTokenizer(options).Intern(Encoding.UTF8.GetBytes(line), tree.Tokens));

        var state = TemplateCodec.Encode(cluster, tree.Tokens);
        Assert.Equal(expected, state);

        var table = new TokenTable();
        var decoded = TemplateCodec.TryDecode(7, state, table);
        Assert.NotNull(decoded);
        Assert.Equal(TemplateCodec.ToText(cluster.Tokens, tree.Tokens), TemplateCodec.ToText(decoded.Tokens, table));
        Assert.Equal(state, TemplateCodec.Encode(decoded, table));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("2 0 from a later version")]
    [InlineData("1 x words")]
    public void TryDecode_Unreadable_IsNull(string state) => Assert.Null(TemplateCodec.TryDecode(1, state, new TokenTable()));
}
