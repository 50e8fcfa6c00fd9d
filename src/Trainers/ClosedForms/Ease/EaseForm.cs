using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// EASE: B_ij = -P_ij / P_jj off the diagonal and 0 on it, with P = (X^T X + l I)^-1 and l = <see cref="Ridge"/>: the ridge regression of
/// every item on all others. Steck, arXiv 1905.03375.
/// </summary>
public sealed record EaseForm : ClosedFormSettings
{
    /// <summary>
    /// The ridge l, above 0; null: chosen by NDCG@20 on held-back positives, from 5 to 5,000 (above 6,000 items from fewer values, above
    /// 15,000 by the solution on 50 closest items).
    /// </summary>
    /// <value>The default is null.</value>
    public float? Ridge { get; init; }

    /// <summary>Beyond the memory limit: the most items that an item is regressed on; fewer where even their weights do not fit.</summary>
    /// <value>The default is 200.</value>
    public int Neighbors { get; init; } = 200;

    internal override FilterKind Kind => FilterKind.Ease;

    internal override void Validate()
    {
        var check = new OptionCheck(StageNames.GraphFilter);
        check.Above0(Ridge, nameof(Ridge));
        check.AtLeast(Neighbors, 1, nameof(Neighbors));
    }

    internal override bool IsOpen => Ridge is null;

    internal override ClosedFormSettings Usual => this with { Ridge = Ridge ?? RidgeChoice.Usual };

    internal override IItemFilter Solve(FilterFit fit)
    {
        if (Ridge is not { } ridge)
            return Settled(fit).Solve(fit);
        return LocalSolver.SupportWithin(fit, Kind, Neighbors) is { } support
            ? LocalSolver.Solve(fit.Graph, null, ridge, 0, support, fit.Threads, fit.Step)
            : EaseSolver.Solve(fit.Graph, ridge, fit.Threads, fit.Step);
    }

    internal override TriedForm Try(FormTrial trial)
    {
        if (!IsOpen)
            return base.Try(trial);
        var (ridge, ndcg) = RidgeChoice.IsExact(trial.Fit) ? new RidgeChoice(trial).Best() : RidgeChoice.Local(trial);
        return new(this with { Ridge = ridge }, ndcg);
    }
}
