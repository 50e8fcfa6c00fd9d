using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// iALS, implicit alternating least squares: score_ui = w_u h_i, with vectors that minimize sum over the positives of (1 - w_u h_i)^2 + a
/// sum over all pairs of (w_u h_i)^2 + l (sum_u (n_u + a |I|)^v |w_u|^2 + sum_i (n_i + a |U|)^v |h_i|^2). a is
/// <see cref="UnobservedWeight"/>, l <see cref="Regularization"/>, v <see cref="FrequencyExponent"/>, n counts positives. In turn w and h
/// are solved exactly; with m the lesser of n and Dimension a sweep costs sum n m Dimension + m^3 over users and items. Only h is kept:
/// whoever asks has their w solved from the items they have, so that a history and a new user are scored as well as a user of the fit.
/// Hu et al., ICDM 2008; Rendle et al., Revisiting the Performance of iALS on Item
/// Recommendation Benchmarks, RecSys 2022, arXiv 2110.14037.
/// </summary>
public sealed record IalsForm : ClosedFormSettings
{
    private const int MostDimensions = 4096;

    /// <summary>
    /// Numbers of a vector, 1 to 4,096; fewer where the vectors of users and items do not fit
    /// <see cref="GraphFilterOptions.MemoryLimitMiB"/>; null: 64 to 512, chosen.
    /// </summary>
    /// <value>The default is null.</value>
    public int? Dimension { get; init; }

    /// <summary>
    /// The weight a of a score that should be 0, above 0; larger ones take more from what everybody likes. Null: 0.03 to 1, chosen.
    /// </summary>
    /// <value>The default is null.</value>
    public float? UnobservedWeight { get; init; }

    /// <summary>The strength l of the regularization, above 0; null: 0.001 to 0.05, chosen.</summary>
    /// <value>The default is null.</value>
    public float? Regularization { get; init; }

    /// <summary>How much stronger those with many positives are regularized, v, 0 or more; 0: all as strongly.</summary>
    /// <value>The default is 1.</value>
    public float FrequencyExponent { get; init; } = 1;

    /// <summary>Sweeps, each over all users and all items, 1 or more.</summary>
    /// <value>The default is 16.</value>
    public int Epochs { get; init; } = 16;

    internal override FilterKind Kind => FilterKind.Ials;

    internal override bool Draws => true;

    internal override bool GivesVectors => true;

    internal override bool IsOpen => Dimension is null || UnobservedWeight is null || Regularization is null;

    internal override ClosedFormSettings Usual => this with
    {
        Dimension = Dimension ?? IalsChoice.UsualDimension,
        UnobservedWeight = UnobservedWeight ?? IalsChoice.UsualWeight,
        Regularization = Regularization ?? IalsChoice.UsualRegularization,
    };

    internal override void Validate()
    {
        var check = new OptionCheck(StageNames.GraphFilter);
        check.Between(Dimension, 1, MostDimensions, nameof(Dimension));
        check.Above0(UnobservedWeight, nameof(UnobservedWeight));
        check.Above0(Regularization, nameof(Regularization));
        check.AtLeast(FrequencyExponent, 0, nameof(FrequencyExponent));
        check.AtLeast(Epochs, 1, nameof(Epochs));
    }

    internal override TriedForm Try(FormTrial trial) => IsOpen ? IalsChoice.Best(this, trial) : base.Try(trial);

    /// <summary>The most numbers of a vector that the memory limit allows: both sides, and the items as they are scored by.</summary>
    internal static long MostWithin(FilterFit fit)
    {
        long users = fit.Graph.UserCount, items = fit.Graph.ItemCount;
        return Math.Min(fit.MemoryLimit / (sizeof(float) * (users + (3 * items))), Array.MaxLength / Math.Max(users, items));
    }

    internal override IItemFilter Solve(FilterFit fit)
    {
        if (Dimension is not { } wanted || UnobservedWeight is not { } weight || Regularization is not { } regularization)
            return Settled(fit).Solve(fit);
        int users = fit.Graph.UserCount, items = fit.Graph.ItemCount;
        long fits = MostWithin(fit);
        if (fits < 1)
        {
            throw new InvalidOperationException(
                $"{StageNames.GraphFilter}: not one number for each of {users} users and {items} items fits MemoryLimitMiB = "
                + $"{fit.MemoryLimitMiB}. Raise it.");
        }

        int dimension = (int)Math.Min(wanted, fits);
        if (dimension < wanted)
        {
            fit.Warn(
                $"Vectors of {wanted} numbers for {users} users and {items} items need more than MemoryLimitMiB = {fit.MemoryLimitMiB}: they have {dimension}. Raise the limit for all of them.");
        }

        var objective = new IalsObjective(weight, regularization, FrequencyExponent);
        var solver = new IalsSolver(fit.Graph, dimension, objective, fit.Seed, fit.Threads);
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            fit.Step(epoch, Epochs);
            solver.SolveUsers();
            fit.Step(0, Epochs);
            solver.SolveItems();
        }

        return new IalsFilter(solver.Items, dimension, objective, fit.Threads);
    }
}
