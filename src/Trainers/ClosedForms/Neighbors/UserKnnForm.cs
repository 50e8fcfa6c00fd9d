using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// UserKNN: the score of item i is the sum of s_uv r_vi over the <see cref="Neighbors"/> users v most similar to u who have it; those who
/// have nothing that u has not are none. With r_vi the recency (1 without <see cref="HalfLifeDays"/>), n_uv the items they share, N users,
/// n_i the users of i, L_v = .25 + .75 n_v / mean: cosine is sum_i r_vi / (sqrt(n_u) |r_v|) over the shared items, BM25 is
/// sum_i g_i^2 r_vi h_v with g_i = ln(1 + (N - n_i + .5) / (n_i + .5)) and h_v = 2.2 / (1 + 1.2 L_v); either times
/// n_uv / (n_uv + <see cref="Shrinkage"/>). Nothing is solved; the neighbors are looked up for every list. Resnick et al., CSCW 1994;
/// Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
/// </summary>
public sealed record UserKnnForm : ClosedFormSettings
{
    /// <summary>The most similar users whose items are summed, 1 or more; null: 20 to 500, chosen.</summary>
    /// <value>The default is null.</value>
    public int? Neighbors { get; init; }

    /// <summary>How alike two users are; null: chosen.</summary>
    /// <value>The default is null.</value>
    public KnnSimilarity? Similarity { get; init; }

    /// <summary>How many items two users have to share for half of their similarity to count, 0 or more; null: 0 to 100,
    /// chosen.</summary>
    /// <value>The default is null.</value>
    public float? Shrinkage { get; init; }

    /// <summary>
    /// After so many days a positive counts half, from the last of the data, by <see cref="GraphFilterOptions.TimestampColumnName"/>; null:
    /// age does not matter.
    /// </summary>
    /// <value>The default is null.</value>
    public double? HalfLifeDays { get; init; }

    internal override FilterKind Kind => FilterKind.UserKnn;

    internal override bool ReadsTimes => HalfLifeDays is not null;

    internal override bool IsOpen => Neighbors is null || Similarity is null || Shrinkage is null;

    internal override ClosedFormSettings Usual => With(KnnChoice.Usual(Asked));

    private KnnChoice.Settings Asked => new(Neighbors, Similarity, Shrinkage);

    internal override void Validate()
    {
        var check = new OptionCheck(StageNames.GraphFilter);
        check.AtLeast(Neighbors, 1, nameof(Neighbors));
        if (Similarity is { } similarity)
            check.Defined(similarity, nameof(Similarity));
        check.AtLeast(Shrinkage, 0, nameof(Shrinkage));
        check.Above0(HalfLifeDays, nameof(HalfLifeDays));
    }

    internal override TriedForm Try(FormTrial trial) => IsOpen ? KnnChoice.Best(Asked, With, trial) : base.Try(trial);

    private UserKnnForm With(KnnChoice.Settings settings) => this with
    {
        Neighbors = settings.Neighbors,
        Similarity = settings.Similarity,
        Shrinkage = settings.Shrinkage,
    };

    internal override IItemFilter Solve(FilterFit fit) =>
        Neighbors is { } neighbors && Similarity is { } similarity && Shrinkage is { } shrinkage
            ? new UserNeighborsFilter(fit.Graph, neighbors, similarity, shrinkage, fit.Times?.Recency(fit.Graph, HalfLifeDays))
            : Settled(fit).Solve(fit);
}
