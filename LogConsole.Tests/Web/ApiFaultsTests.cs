using System.Net;
using System.Text.Json;
using LogConsole.Access;
using LogConsole.Storage;
using LogConsole.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LogConsole.Tests.Web;

/// <summary>Every fault below /api has a body a program can read, and none tells more than it should.</summary>
public sealed class ApiFaultsTests
{
    [Theory]
    [InlineData("/api/bug", "*/*", HttpStatusCode.InternalServerError)]
    [InlineData("/api/bug", "text/html", HttpStatusCode.InternalServerError)]
    [InlineData("/api/away", "*/*", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/api/malformed", "*/*", HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/api/teapot", "*/*", (HttpStatusCode)418)]
    [InlineData("/API/nothing", "text/csv", HttpStatusCode.NotFound)]
    [InlineData("/health/nothing", "*/*", HttpStatusCode.NotFound)]
    public async Task Fault_BelowApi_IsAProblemWithATraceAndWithoutAStack(string path, string accept, HttpStatusCode expected)
    {
        var (response, text) = await GetAsync(path, accept);

        Assert.Equal((expected, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var problem = JsonElement.Parse(text);
        Assert.Equal((int)expected, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        Assert.Equal(expected != (HttpStatusCode)418, problem.TryGetProperty("type", out _));
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(expected == HttpStatusCode.ServiceUnavailable, response.Headers.RetryAfter is not null);
    }

    [Theory]
    [InlineData("/teapot")]
    [InlineData("/apiary")]
    public async Task Fault_Elsewhere_StaysAsItIs(string path) => Assert.Equal("", (await GetAsync(path, "*/*")).Text);

    [Theory]
    [InlineData("/page", HttpStatusCode.OK)]
    [InlineData("/alive", HttpStatusCode.OK)]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    [InlineData("/api/teapot", HttpStatusCode.MethodNotAllowed)]
    public async Task Head_OfWhatPeopleAndProbesLookAt_IsGetWithoutItsBody(string path, HttpStatusCode expected)
    {
        var (response, text) = await SendAsync(HttpMethod.Head, path, "*/*");

        Assert.Equal((expected, ""), (response.StatusCode, text));
    }

    private static Task<(HttpResponseMessage Response, string Text)> GetAsync(string path, string accept) => SendAsync(HttpMethod.Get, path, accept);

    private static async Task<(HttpResponseMessage Response, string Text)> SendAsync(HttpMethod method, string path, string accept)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddApiFaults();
        await using var app = builder.Build();
        app.UseApiFaults();
        app.UseMiddleware<SecurityHeaders>();
        app.MapGet("/api/bug", IResult () => throw new InvalidOperationException("secret"));
        app.MapGet("/api/away", IResult () => throw new DatabaseUnavailableException("secret"));
        app.MapGet("/api/malformed", IResult () => throw new BadHttpRequestException("too much", StatusCodes.Status413PayloadTooLarge));
        app.MapGet("/api/teapot", () => Results.StatusCode(StatusCodes.Status418ImATeapot));
        app.MapGet("/page", () => "page");
        app.MapGet("/alive", () => "alive");
        app.MapGet("/teapot", () => Results.StatusCode(StatusCodes.Status418ImATeapot));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Add("Accept", accept);
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
