using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="ClosedForm.Ease"/>.</summary>
internal sealed record EaseForm : ClosedFormSettings
{
    public required float? Ridge { get; init; }

    public required int Neighbors { get; init; }

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
