using LogConsole.Tests.TestSupport;
using LogConsole.Web;
using Microsoft.AspNetCore.Http;

namespace LogConsole.Tests.Web;

public sealed class RequestQueryTests
{
    [Theory]
    [InlineData("?servise=a", "servise: there is no such parameter; did you mean service? known are from, to, service, limit")]
    [InlineData("?q=a", "q: there is no such parameter; known are from, to, service, limit")]
    [InlineData("?topk=5", "topk: there is no such parameter; did you mean top_k? known are from, to, service, limit")]
    [InlineData("?=5", "(no name): there is no such parameter; known are from, to, service, limit")]
    [InlineData("?limit=5&top_k=6", "top_k: means the same as limit; give one of them")]
    [InlineData("?service=a&service=b", "service: is given more than once")]
    [InlineData("?from=now&to=now", "from: 2026-11-20T10:00:00.0000000Z lies not before to (2026-11-20T10:00:00.0000000Z)")]
    [InlineData("?top_k=0", "top_k: is no whole number from 1 to 10")]
    public void Read_WhatCannotBeMeant_SaysWhichParameterAndWhy(string query, string expected) =>
        Assert.Equal(expected, Assert.Throws<QueryFaultException>(() => Read(query)).Message);

    [Theory]
    [InlineData("", 3)]
    [InlineData("?LIMIT=4&Service=a", 4)]
    [InlineData("?top_k=5&from=1h", 5)]
    [InlineData("?limit=", 3)]
    public void Read_KnownNamesInAnyCase_AreTaken(string query, int limit) => Assert.Equal(limit, Read(query));

    [Fact]
    public void RejectOthers_WhereNothingCanBeAsked_SaysSo() =>
        Assert.Equal("a: there is no such parameter; nothing can be asked here", Assert.Throws<QueryFaultException>(() => Query("?a=1").RejectOthers()).Message);

    private static int Read(string query)
    {
        var read = Query(query);
        read.Range();
        read.Text("service");
        var limit = read.Limit(3, 10);
        read.RejectOthers();
        return limit;
    }

    private static RequestQuery Query(string query) => new(new DefaultHttpContext { Request = { QueryString = new QueryString(query) } }.Request, Some.Time);
}
