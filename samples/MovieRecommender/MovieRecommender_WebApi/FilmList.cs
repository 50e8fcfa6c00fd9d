using HybridRec.MLNet;

namespace Movies.Api;

/// <summary>Films, best first, with what they were made from and the version of the model that made all of them.</summary>
internal sealed record FilmList(IReadOnlyList<RecommendedFilm> Items, RecommendationSource Source, string Version, string? Note)
{
    public static FilmList Of(RecommendationResult result) =>
        new(
            [.. result.Items.Zip(result.Categories, (film, genres) =>
                new RecommendedFilm(film.Item, film.Title, genres, film.Score, film.Reasons))],
            result.Source,
            result.Version,
            result.Note);
}
