using System.Globalization;
using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="ClosedForm.TextAwareEase"/>.</summary>
internal sealed record TextAwareEaseForm : ClosedFormSettings
{
    public required string ItemFeatureColumnName { get; init; }

    public required float? LambdaX { get; init; }

    public required float? LambdaF { get; init; }

    public required float? LambdaE { get; init; }

    public required int Neighbors { get; init; }

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
