using System.Globalization;
using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// L3AE: EASE drawn to what the items' texts say. C is EASE on the text vectors with the ridge <see cref="LambdaF"/>; B minimizes
/// |X - XB|^2 + l_X |B|^2 + l_E |B - C|^2 with a zero diagonal, for <see cref="LambdaX"/> and <see cref="LambdaE"/>.
/// Moon et al., arXiv 2508.13500.
/// </summary>
/// <param name="ItemFeatureColumnName">
/// The vector of each item's text, such as ItemMeaning. Vectors are brought to length 1; a zero vector says nothing about its item.
/// </param>
public sealed record TextAwareEaseForm(string ItemFeatureColumnName) : ClosedFormSettings
{
    /// <summary>
    /// The ridge l_X, which may be negative as long as <see cref="LambdaX"/> + <see cref="LambdaE"/> is above 0; null, as <see
    /// cref="LambdaE"/>: both are chosen by NDCG@20 on held-back positives, so that their sum is the best ridge of EASE.
    /// </summary>
    /// <value>The default is null.</value>
    public float? LambdaX { get; init; }

    /// <summary>The ridge of the texts, above 0, vectors have length 1; null: chosen by NDCG@20 on held-back positives.</summary>
    /// <value>The default is null.</value>
    public float? LambdaF { get; init; }

    /// <summary>How strongly B is drawn to C, 0 or more, 0 is EASE; null, as <see cref="LambdaX"/>: chosen.</summary>
    /// <value>The default is null.</value>
    public float? LambdaE { get; init; }

    /// <summary>Beyond the memory limit: the most items that an item is regressed on; fewer where even their weights do not fit.</summary>
    /// <value>The default is 200.</value>
    public int Neighbors { get; init; } = 200;

    internal override FilterKind Kind => FilterKind.TextAwareEase;

    internal override string? VectorColumnName => ItemFeatureColumnName;

    internal override void Validate()
    {
        var check = new OptionCheck(StageNames.GraphFilter);
        check.Named(ItemFeatureColumnName, nameof(ItemFeatureColumnName));
        check.Above0(LambdaF, nameof(LambdaF));
        check.AtLeast(LambdaE, 0, nameof(LambdaE));
        check.Require(
            LambdaX is { } x ? float.IsFinite(x) && x + LambdaE > 0 : LambdaE is null,
            LambdaX,
            LambdaE is { } e
                ? $"finite and above -{nameof(LambdaE)}, which is {e.ToString(CultureInfo.InvariantCulture)}"
                : $"null, as {nameof(LambdaE)} is",
            nameof(LambdaX));
        check.AtLeast(Neighbors, 1, nameof(Neighbors));
    }

    internal override bool IsOpen => LambdaX is null || LambdaF is null || LambdaE is null;

    internal override ClosedFormSettings Usual => this with
    {
        LambdaX = LambdaX ?? RidgeChoice.Usual,
        LambdaF = LambdaF ?? TextChoice.UsualTextRidge,
        LambdaE = LambdaE ?? RidgeChoice.Usual,
    };

    internal override IItemFilter Solve(FilterFit fit)
    {
        if (LambdaX is not { } lambdaX || LambdaF is not { } lambdaF || LambdaE is not { } lambdaE)
            return Settled(fit).Solve(fit);
        int? support = LocalSolver.SupportWithin(fit, Kind, Neighbors);
        var text = new TextLinks(fit.Vectors(), fit.Graph.ItemCount, lambdaF, fit.Threads);
        return support is { } neighbors
            ? LocalSolver.Solve(fit.Graph, text, lambdaX, lambdaE, neighbors, fit.Threads, fit.Step)
            : EaseSolver.Solve(fit.Graph, text, lambdaX, lambdaE, fit.Threads, fit.Step);
    }

    internal override TriedForm Try(FormTrial trial)
    {
        if (!IsOpen)
            return base.Try(trial);
        if (RidgeChoice.IsExact(trial.Fit))
        {
            var (lambdaX, lambdaF, lambdaE, ndcg) = TextChoice.Best(trial, LambdaX, LambdaF, LambdaE);
            return new(this with { LambdaX = lambdaX, LambdaF = lambdaF, LambdaE = lambdaE }, ndcg);
        }

        // Beyond exact solutions only the ridge is chosen, and it is shared in halves.
        if (LambdaX is not null)
            return Usual.Try(trial);
        var (ridge, judged) = RidgeChoice.Local(trial);
        return new(
            this with { LambdaX = ridge / 2, LambdaF = LambdaF ?? TextChoice.UsualTextRidge, LambdaE = ridge / 2 }, judged);
    }
}
