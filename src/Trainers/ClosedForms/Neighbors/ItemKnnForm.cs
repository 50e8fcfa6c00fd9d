using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// ItemKNN: B_ij is the similarity of items i and j where j is one of the <see cref="Neighbors"/> most similar to i, else 0. With r_ui the
/// recency (1 without <see cref="HalfLifeDays"/>), n_ij the users they share, N items, n_u the items of u, L_i = .25 + .75 n_i / mean:
/// cosine is sum_u r_ui r_uj / (|r_i| |r_j|), BM25 is sum_u g_u^2 r_ui r_uj h_i h_j with g_u = ln(1 + (N - n_u + .5) / (n_u + .5)) and
/// h_i = 2.2 / (1 + 1.2 L_i); either times n_ij / (n_ij + <see cref="Shrinkage"/>). Sarwar et al., WWW 2001; Deshpande and Karypis,
/// TOIS 2004; Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
/// </summary>
public sealed record ItemKnnForm : ClosedFormSettings
{
    /// <summary>The most similar items that an item keeps, 1 or more; null: 20 to 500, chosen.</summary>
    /// <value>The default is null.</value>
    public int? Neighbors { get; init; }

    /// <summary>How alike two items are; null: chosen.</summary>
    /// <value>The default is null.</value>
    public KnnSimilarity? Similarity { get; init; }

    /// <summary>How many users have to share two items for half of their similarity to count, 0 or more; null: 0 to 100,
    /// chosen.</summary>
    /// <value>The default is null.</value>
    public float? Shrinkage { get; init; }

    /// <summary>
    /// After so many days a positive counts half, from the last of the data, by <see cref="GraphFilterOptions.TimestampColumnName"/>; null:
    /// age does not matter.
    /// </summary>
    /// <value>The default is null.</value>
    public double? HalfLifeDays { get; init; }

    internal override FilterKind Kind => FilterKind.ItemKnn;

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

    private ItemKnnForm With(KnnChoice.Settings settings) => this with
    {
        Neighbors = settings.Neighbors,
        Similarity = settings.Similarity,
        Shrinkage = settings.Shrinkage,
    };

    internal override IItemFilter Solve(FilterFit fit)
    {
        if (Neighbors is not { } wanted || Similarity is not { } similarity || Shrinkage is not { } shrinkage)
            return Settled(fit).Solve(fit);
        int limit = fit.MemoryLimitMiB;
        int neighbors = LocalSolver.NeighborsWithin(fit.Graph.ItemCount, limit, Kind, wanted);
        if (neighbors < Math.Min(wanted, fit.Graph.ItemCount - 1))
            fit.Warn($"{fit.Graph.ItemCount} items keep {neighbors} neighbors each, which is what MemoryLimitMiB = {limit} allows.");
        return ItemNeighbors.Solve(
            fit.Graph, neighbors, similarity, shrinkage, fit.Times?.Recency(fit.Graph, HalfLifeDays), fit.Threads, fit.Step);
    }
}
