using Microsoft.AspNetCore.Diagnostics;

namespace Movies.Api;

/// <summary>
/// What ASP.NET Core refuses before an endpoint is reached: JSON that is none, a body too large, a number that is a word. The answer says
/// why.
/// </summary>
internal sealed class BadRequests : IExceptionHandler
{
    /// <summary>The reason of an answer that has none of its own.</summary>
    public static string? Why(int? status) => status switch
    {
        StatusCodes.Status400BadRequest => "The request cannot be read; /openapi/v1.json describes what is.",
        StatusCodes.Status404NotFound => "There is nothing at this address; /openapi/v1.json lists what there is.",
        StatusCodes.Status405MethodNotAllowed => "This address does not take that method; /openapi/v1.json lists which it does.",
        StatusCodes.Status413PayloadTooLarge => $"The body is too long; at most {Limits.BodyBytes} bytes are allowed.",
        StatusCodes.Status415UnsupportedMediaType => "The body has to be JSON, with the header Content-Type: application/json.",
        _ => null,
    };

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException bad)
            return false;
        httpContext.Response.StatusCode = bad.StatusCode;
        string why = bad.InnerException is System.Text.Json.JsonException json ? $"{bad.Message} {json.Message}" : bad.Message;
        await TypedResults.Problem(why, statusCode: bad.StatusCode).ExecuteAsync(httpContext);
        return true;
    }
}
