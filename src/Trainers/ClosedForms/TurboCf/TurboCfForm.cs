using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="ClosedForm.TurboCf"/>.</summary>
internal sealed record TurboCfForm : ClosedFormSettings
{
    private const float UsualAlpha = 0.6f;

    private static readonly float[] s_alphas = [0.5f, UsualAlpha];

    public required float? Alpha { get; init; }

    public required float Power { get; init; }

    internal override FilterKind Kind => FilterKind.TurboCf;

    internal override void Validate()
    {
        var check = new OptionCheck(StageNames.GraphFilter);
        check.Between(Alpha, 0, 1, nameof(Alpha));
        check.Above0(Power, nameof(Power));
    }

    internal override bool IsOpen => Alpha is null;

    internal override ClosedFormSettings Usual => this with { Alpha = Alpha ?? UsualAlpha };

    internal override IItemFilter Solve(FilterFit fit) => Alpha is { } alpha
        ? new TurboCfWeights(fit.Graph, alpha, Power, fit.MemoryLimitMiB, fit.Threads)
        : Settled(fit).Solve(fit);

    internal override TriedForm Try(FormTrial trial)
    {
        if (!IsOpen)
            return base.Try(trial);
        var (alpha, ndcg) = GridClimb.Best(
            s_alphas, Array.IndexOf(s_alphas, UsualAlpha), s_alphas.Length, value => trial.Judge((this with { Alpha = value }).Solve));
        return new(this with { Alpha = alpha }, ndcg);
    }
}
