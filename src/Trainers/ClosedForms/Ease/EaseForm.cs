using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// EASE: B_ij = -P_ij / P_jj off the diagonal and 0 on it, with P = (X^T X + l I)^-1 and l = <see cref="Ridge"/>: the ridge regression of
/// every item on all others. Steck, arXiv 1905.03375.
/// </summary>
public sealed record EaseForm : ClosedForm
{
    /// <summary>The ridge l, above 0.</summary>
    /// <value>The default is 100.</value>
    public float Ridge { get; init; } = 100;

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

    internal override IItemFilter Solve(FilterFit fit) => LocalSolver.SupportWithin(fit, Kind, Neighbors) is { } support
        ? LocalSolver.Solve(fit.Graph, null, Ridge, 0, support, fit.Threads, fit.Step)
        : EaseSolver.Solve(fit.Graph, Ridge, fit.Threads, fit.Step);
}
