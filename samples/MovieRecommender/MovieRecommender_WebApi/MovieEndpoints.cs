using HybridRec.MLNet;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Movies.Api;

/// <summary>The API's endpoints.</summary>
internal static class MovieEndpoints
{
    private const int MostFound = 100, LongestTitle = 100;

    public static void MapMovies(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder api = routes.MapGroup("/api").AddEndpointFilter<RequestErrors>()
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(429).ProducesProblem(503);
        api.MapGet("/model", Model).WithSummary("The version in service, and how large it is.");
        api.MapGet("/films", Films).WithSummary("The most rated films whose title has some words.");
        api.MapGet("/films/{id}", Film).Produces<ItemInfo>().WithSummary("A film.");
        api.MapGet("/films/{id}/similar", Similar).WithSummary("Films like a film.");
        api.MapGet("/recommendations/{user}", ForUser)
            .WithSummary("The best films for a user; popular ones for an unknown user, which the source tells.");
        api.MapPost("/recommendations", ForHistory).WithSummary("The best films for someone who likes some films, with reasons.");
        api.MapGet("/search", Search).WithSummary("Films whose plot is like a text.");
        api.MapPost("/predict", Predict).Produces<PredictResponse>()
            .WithSummary("The score of one user and one film, by a pooled PredictionEngine.");
    }

    private static ModelInfo Model(ModelStore store) => store.Served!.Info;

    private static IEnumerable<ItemInfo> Films(ModelStore store, string? title = null, int count = 20)
    {
        if (count is < 1 or > MostFound)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"Allowed are 1 to {MostFound}.");
        if (title?.Length > LongestTitle)
            throw new ArgumentException($"title has {title.Length} characters; at most {LongestTitle} are allowed.");
        string[] words = (title ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return store.Recommender!.Items()
            .Where(film => words.All(word => film.Title?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)).Take(count);
    }

    private static IResult Film(ModelStore store, string id) =>
        store.Recommender!.FindItem(id) is { } film ? TypedResults.Ok(film) : NoFilm();

    private static FilmList Similar(ModelStore store, string id, int count = 10, CancellationToken cancellation = default) =>
        Recommend(store, new RecommendationRequest { LikeItem = id, Count = count }, cancellation);

    private static FilmList ForUser(
        ModelStore store,
        string user,
        int count = 10,
        int reasons = 0,
        [FromQuery] string[]? genre = null,
        CancellationToken cancellation = default) =>
        Recommend(
            store, new RecommendationRequest { User = user, Count = count, Reasons = reasons, Categories = Given(genre) }, cancellation);

    private static FilmList ForHistory(ModelStore store, HistoryRequest request, CancellationToken cancellation) => Recommend(
        store,
        new RecommendationRequest
        {
            History = request.History,
            Count = request.Count,
            Reasons = request.Reasons,
            Categories = Given(request.Genres),
            Deny = Given(request.Deny)
        }, cancellation);

    private static FilmList Search(ModelStore store, string text, int count = 10, CancellationToken cancellation = default) =>
        Recommend(store, new RecommendationRequest { Text = text, Count = count }, cancellation);

    private static FilmList Recommend(ModelStore store, RecommendationRequest request, CancellationToken cancellation) =>
        FilmList.Of(store.Recommender!.Recommend(request, cancellation));

    private static IResult Predict(ModelStore store, PredictRequest request)
    {
        ServedModel served = store.Served!; // once: the text, the score and the version are of one model
        return served.TextOf(request.Film) is { } text
            ? TypedResults.Ok(new PredictResponse(
                served.Score(new MovieRecommender.ModelInput { User = request.User, Item = request.Film, ItemText = text }),
                served.Info.Version))
            : NoFilm();
    }

    private static ProblemHttpResult NoFilm() =>
        TypedResults.Problem("There is no such film; GET /api/films lists them.", statusCode: StatusCodes.Status404NotFound);

    // An empty list is no wish; a null element of a JSON list is a mistake that the recommender names.
    private static IReadOnlyCollection<string>? Given(IReadOnlyCollection<string>? list) => list is { Count: > 0 } ? list : null;
}
