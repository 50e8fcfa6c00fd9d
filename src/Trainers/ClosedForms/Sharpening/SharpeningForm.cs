using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="ClosedForm.BlurringSharpening"/>.</summary>
internal sealed record SharpeningForm : ClosedFormSettings
{
    private const int NodesPerFrequency = 25;
    private const int FewestRanks = 4;
    private const int MostRanks = 448;
    private const int TrialIterations = 6;

    public required int? Rank { get; init; }

    public required float LowPassWeight { get; init; }

    public required float SharpeningTime { get; init; }

    internal override FilterKind Kind => FilterKind.BlurringSharpening;

    internal override void Validate()
    {
        var check = new OptionCheck(StageNames.GraphFilter);
        check.AtLeast(Rank, 1, nameof(Rank));
        check.AtLeast(LowPassWeight, 0, nameof(LowPassWeight));
        check.AtLeast(SharpeningTime, 0, nameof(SharpeningTime));
    }

    internal override IItemFilter Solve(FilterFit fit)
    {
        int users = fit.Graph.UserCount, items = fit.Graph.ItemCount;
        int wanted = Math.Min(Rank ?? UsualRank(users, items), Math.Min(users, items));
        int rank = Math.Min(wanted, SharpeningFilter.RankWithin(users, items, fit.MemoryLimit));
        if (rank < 1)
        {
            throw new InvalidOperationException(
                $"{StageNames.GraphFilter}: not one vector of {users} users and {items} items fits MemoryLimitMiB = {fit.MemoryLimitMiB}. "
                + "Raise it.");
        }

        if (rank < wanted)
        {
            fit.Warn(
                $"{wanted} frequencies of {users} users and {items} items need more than MemoryLimitMiB = {fit.MemoryLimitMiB}: the lowest {rank} are kept. Raise the limit for all of them.");
        }

        int iterations = fit.IsTrial ? TrialIterations : SharpeningFilter.Iterations;
        return SharpeningFilter.Fit(fit.Graph, rank, LowPassWeight, SharpeningTime, fit.Threads, fit.Step, iterations);
    }

    private static int UsualRank(int users, int items) => Math.Clamp(Math.Min(users, items) / NodesPerFrequency, FewestRanks, MostRanks);
}
