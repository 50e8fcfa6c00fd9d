using HybridRec.MLNet;

namespace Movies.Api;

/// <summary>Films, best first, with what they were made from and the version of the model that made all of them.</summary>
internal sealed record FilmList(IReadOnlyList<RecommendedFilm> Items, RecommendationSource Source, string Version)
{
    public static FilmList Of(Recommender recommender, RecommendationRequest request, CancellationToken cancellation)
    {
        RecommendationResult result = recommender.Recommend(request, cancellation);
        return new FilmList(
            [.. result.Items.Select(film => new RecommendedFilm(film.Item, film.Title, recommender.FindItem(film.Item)?.Categories ?? [], film.Score, film.Reasons))], result.Source, result.Version);
    }
}
