using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.RateLimiting;

namespace Movies.Api;

/// <summary>What one client may ask of the server.</summary>
internal static class Limits
{
    /// <summary>Most bytes of a request's body: a history of 500 ids takes a tenth of it.</summary>
    public const int BodyBytes = 64 * 1024;

    /// <summary>Beyond this, Kestrel closes the connection without reading on.</summary>
    public const int ConnectionBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Refuses a body that is announced too long before it is read, and one that turns out so. Kestrel's own limit would cut the connection
    /// while the client still sends, and the reason would be lost.
    /// </summary>
    public static Task RefuseLongBodies(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentLength > BodyBytes)
            return TypedResults.Problem(
                $"The body has {context.Request.ContentLength} bytes; at most {BodyBytes} are allowed.",
                statusCode: StatusCodes.Status413PayloadTooLarge).ExecuteAsync(context);
        if (context.Request.ContentLength is null && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } most)
            most.MaxRequestBodySize = BodyBytes;
        return next(context);
    }

    public static void Configure(RateLimiterOptions limiter, MovieApiOptions options)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "local",
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = 2 * options.RequestsPerSecond,
                    TokensPerPeriod = Math.Max(1, options.RequestsPerSecond / 10),
                    ReplenishmentPeriod =
                        TimeSpan.FromMilliseconds(options.RequestsPerSecond >= 10 ? 100 : 1000.0 / options.RequestsPerSecond),
                })),
            PartitionedRateLimiter.Create<HttpContext, string>(_ => RateLimitPartition.GetConcurrencyLimiter(
                "all", _ => new ConcurrencyLimiterOptions
                {
                    PermitLimit = options.MaxConcurrentRequests,
                    QueueLimit = options.MaxConcurrentRequests
                })));
        limiter.OnRejected = static async (rejected, cancellation) =>
        {
            TimeSpan wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan given) ? given : TimeSpan.FromSeconds(1);
            int seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await TypedResults.Problem(
                "Too many requests; come back after the seconds in Retry-After.",
                statusCode: StatusCodes.Status429TooManyRequests).ExecuteAsync(rejected.HttpContext);
        };
    }
}
