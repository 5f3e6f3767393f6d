using Microsoft.AspNetCore.Routing.Template;

namespace LogConsole.Web;

/// <summary>
/// Which methods an address takes. The routing's own answer is not to be had: beside the fallback for static files (GET of anything)
/// a wrong method looks like an unknown address, and an unknown address like a wrong method.
/// </summary>
internal static class RoutedMethods
{
    /// <summary>The methods mapped for the request's path, in order; empty when there is nothing at it.</summary>
    public static IReadOnlyList<string> Of(HttpContext context)
    {
        var services = context.RequestServices;
        var policies = services.GetRequiredService<ParameterPolicyFactory>();
        return [.. services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Order < int.MaxValue && Matches(endpoint, context, policies))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.Ordinal)];
    }

    private static bool Matches(RouteEndpoint endpoint, HttpContext context, ParameterPolicyFactory policies)
    {
        var pattern = endpoint.RoutePattern;
        var values = new RouteValueDictionary();
        return new TemplateMatcher(new RouteTemplate(pattern), new RouteValueDictionary(pattern.Defaults)).TryMatch(context.Request.Path, values)
            && pattern.Parameters.All(parameter => parameter.ParameterPolicies
                .Select(policy => policies.Create(parameter, policy))
                .OfType<IRouteConstraint>()
                .All(constraint => constraint.Match(context, route: null, parameter.Name, values, RouteDirection.IncomingRequest)));
    }
}
