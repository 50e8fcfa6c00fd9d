using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="ClosedForm.ItemKnn"/>.</summary>
internal sealed record ItemKnnForm : ClosedFormSettings
{
    public required int? Neighbors { get; init; }

    public required KnnSimilarity? Similarity { get; init; }

    public required float? Shrinkage { get; init; }

    public required double? HalfLifeDays { get; init; }

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
