using HybridRec.MLNet;

namespace Movies.Api;

/// <summary>A film of a <see cref="FilmList"/>.</summary>
internal sealed record RecommendedFilm(
    string Item, string? Title, IReadOnlyList<string> Categories, float Score, IReadOnlyList<RecommendationReason> Reasons);
