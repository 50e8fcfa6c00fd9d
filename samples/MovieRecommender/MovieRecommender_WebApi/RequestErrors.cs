using HybridRec.MLNet;

namespace Movies.Api;

/// <summary>
/// What a recommender says of a wrong request, as a 4xx with the reason. Only calls of the recommender pass here, so that a mistake of the
/// server's own stays a 500.
/// </summary>
internal sealed class RequestErrors(ModelStore store) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (!store.IsReady)
        {
            context.HttpContext.Response.Headers.RetryAfter = "5";
            return TypedResults.Problem(
                "The model is being trained or loaded; try again in a few seconds.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        try
        {
            return await next(context);
        }
        catch (UnknownIdException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status404NotFound);
        }
        catch (ArgumentException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
        catch (NotSupportedException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
        }
    }
}
