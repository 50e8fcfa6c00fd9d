using Microsoft.AspNetCore.Diagnostics;

namespace Movies.Api;

/// <summary>What ASP.NET Core refuses before an endpoint is reached: JSON that is none, a body too large, a number that is a word. The answer says why.</summary>
internal sealed class BadRequests : IExceptionHandler
{
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
