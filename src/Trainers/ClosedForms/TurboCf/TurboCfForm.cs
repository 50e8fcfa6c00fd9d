using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Turbo-CF: B = (R^T R)^(o s) with R = D_u^-a X D_i^(a-1), where (o s) is the power of each element, a is <see cref="Alpha"/> and s is
/// <see cref="Power"/>. Nothing is solved; memory is bounded for any number of items. Park et al., arXiv 2404.14243.
/// </summary>
public sealed record TurboCfForm : ClosedFormSettings
{
    private const float UsualAlpha = 0.6f;

    private static readonly float[] s_alphas = [0.5f, UsualAlpha];

    /// <summary>
    /// The exponent a of the degrees, 0 to 1; larger ones take weight from active users and leave more to popular items. Null: 0.5 or 0.6,
    /// by NDCG@20 on held-back positives.
    /// </summary>
    /// <value>The default is null.</value>
    public float? Alpha { get; init; }

    /// <summary>The exponent s of each element of the filter, above 0; smaller ones make weak links count for more.</summary>
    /// <value>The default is 0.7.</value>
    public float Power { get; init; } = 0.7f;

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
