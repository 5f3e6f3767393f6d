using LogConsole.Components.Overview;

namespace LogConsole.Tests.Components;

public sealed class JsonRowsTests
{
    [Fact]
    public void Of_NestedObject_IsIndented_AndNumbersKeepEveryDigit()
    {
        var rows = JsonRows.Of("""{"a":{"b":[{"c":null},"x"]},"n":0.10000000000000000001,"e":{},"l":[1,true]}""", out var left);

        Assert.Equal(
            [
                new JsonRow(0, "a", null, "group"), new JsonRow(1, "b", null, "group"), new JsonRow(2, "0", null, "group"), new JsonRow(3, "c", "null", "word"),
                new JsonRow(2, "1", "x", "string"), new JsonRow(0, "n", "0.10000000000000000001", "number"), new JsonRow(0, "e", "{}", "word"), new JsonRow(0, "l", "[1,true]", "word"),
            ],
            rows);
        Assert.Equal(0, left);
    }

    [Fact]
    public void Of_MoreThanAnyoneReads_IsCutAndCounted()
    {
        var members = string.Join(',', Enumerable.Range(0, JsonRows.MaxRows + 25).Select(n => $"\"k{n}\":{n}"));

        var rows = JsonRows.Of("{" + members + "}", out var left);

        Assert.Equal(JsonRows.MaxRows, rows.Count);
        Assert.Equal(25, left);
    }

    [Fact]
    public void Of_DeepJson_IsRead()
    {
        var json = "{\"k\":" + string.Concat(Enumerable.Repeat("[{\"k\":", 100)) + "1" + string.Concat(Enumerable.Repeat("}]", 100)) + "}";

        Assert.Equal("1", JsonRows.Of(json, out _)[^1].Value);
    }
}
