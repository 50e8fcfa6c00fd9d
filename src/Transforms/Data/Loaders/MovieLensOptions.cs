using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="DataCatalog.LoadMovieLens(string, MovieLensOptions)"/>.</summary>
public sealed record MovieLensOptions : LoaderOptions
{
    /// <summary>
    /// Whether director, actors and plot from <c>movies_extrainfos.dat</c> (MeLU's companion of MovieLens 1M) go into
    /// <c>ItemText</c> when that file is there.
    /// </summary>
    /// <value>The default is true.</value>
    public bool ExtraInfo { get; init; } = true;

    /// <summary>
    /// Whether the free-text tags of <c>tags.csv</c> go into <c>ItemText</c>. Users give tags to movies they watched, at any time: the tags
    /// of the test period then tell something about the interactions to be predicted, which makes offline
    /// numbers look better than they are.
    /// </summary>
    /// <value>The default is false.</value>
    public bool Tags { get; init; }

    /// <summary>
    /// Whether <c>users.dat</c> (100k: <c>u.user</c>, ages in years) is joined as columns <c>UserGender</c>, <c>UserAge</c>,
    /// <c>UserOccupation</c> and <c>UserText</c>.
    /// </summary>
    /// <value>The default is false.</value>
    public bool UserColumns { get; init; }

    /// <summary>
    /// Whether what movies have in common is joined as columns: <c>ItemGenres</c>, and <c>ItemDirectors</c> where there is a
    /// <c>movies_extrainfos.dat</c>. Several values are separated by '|' (<c>TokenizeIntoWords</c> with that separator makes them the
    /// vector that <see cref="GraphEdgeOptions.AttributeEdges"/> takes); empty where unknown.
    /// </summary>
    /// <value>The default is false.</value>
    public bool ItemColumns { get; init; }

    /// <summary>
    /// Stars from which on a row is a positive. It travels with the label column: every stage and the evaluation read it there
    /// unless their own options say otherwise. Null says nothing: every row of stars is a positive then, half a star as well.
    /// </summary>
    /// <value>The default is 4.</value>
    public float? PositiveThreshold { get; init; } = 4;

    internal void Validate() => new OptionCheck("LoadMovieLens").Finite(PositiveThreshold, nameof(PositiveThreshold));
}
