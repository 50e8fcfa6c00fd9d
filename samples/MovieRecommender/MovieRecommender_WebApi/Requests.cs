using System.ComponentModel;

namespace Movies.Api;

/// <summary>Films someone liked.</summary>
internal sealed record HistoryRequest
{
    [Description("Ids of films, 500 at most.")]
    public required IReadOnlyList<string> History { get; init; }

    [Description("Films wanted, 1 to 100.")]
    public int Count { get; init; } = 10;

    [Description("Only films of at least one of these genres; empty for all.")]
    public IReadOnlyList<string> Genres { get; init; } = [];

    [Description("None of these films.")]
    public IReadOnlyList<string> Deny { get; init; } = [];

    [Description("Films of the history that are given as reasons, for each film.")]
    public int Reasons { get; init; } = 2;
}

/// <summary>A pair to be scored.</summary>
internal sealed record PredictRequest
{
    public required int User { get; init; }

    public required int Film { get; init; }
}

/// <summary>The score of a pair, and the version that gave it.</summary>
internal sealed record PredictResponse(float Score, string Version);
