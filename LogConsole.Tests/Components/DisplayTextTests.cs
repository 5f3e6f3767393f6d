using LogConsole.Components;

namespace LogConsole.Tests.Components;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("\u001b[31;1mred\u001b[0m end", "red end")]
    [InlineData("\u001b]0;owned\u0007after", "after")]
    [InlineData("\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u009b2Jcleared", "cleared")]
    [InlineData("\u001bPdevice\u001b\\after", "after")]
    [InlineData("\u001b(Bcharset", "charset")]
    [InlineData("a\u001b", @"a\u001b")]
    [InlineData("bell\u0007 nul\u0000", @"bell\u0007 nul\u0000")]
    [InlineData("\u202egnp.exe\u202c", @"\u202egnp.exe\u202c")]
    [InlineData("\u2066isolate\u2069", @"\u2066isolate\u2069")]
    [InlineData("one\r\ntwo\tthree", "one\ntwo\tthree")]
    [InlineData("שלום", "שלום")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    [InlineData("", "")]
    public void Clean_RemovesEscapesAndShowsControls(string text, string expected) => Assert.Equal(expected, DisplayText.Clean(text));

    [Fact]
    public void Clean_NothingToDo_ReturnsTheSameInstance()
    {
        var text = new string('x', 2048);

        Assert.Same(text, DisplayText.Clean(text));
    }

    [Fact]
    public void Clean_ManyUnfinishedEscapes_StaysLinear()
    {
        var text = string.Concat(Enumerable.Repeat("\u001b]", 1_000)) + string.Concat(Enumerable.Repeat("\u001b[", 1_000));

        Assert.DoesNotContain('\u001b', DisplayText.Clean(text));
    }
}
