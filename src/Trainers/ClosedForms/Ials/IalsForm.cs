using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="ClosedForm.Ials"/>.</summary>
internal sealed record IalsForm : ClosedFormSettings
{
    private const int MostDimensions = 4096;

    public required int? Dimension { get; init; }

    public required float? UnobservedWeight { get; init; }

    public required float? Regularization { get; init; }

    public required float FrequencyExponent { get; init; }

    public required int Epochs { get; init; }

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
