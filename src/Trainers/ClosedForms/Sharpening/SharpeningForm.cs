using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// BSPM, the blurring and sharpening process: y(0) = x (P + b L) is blurred, and sharpened by following y' = -y P for the time
/// <see cref="SharpeningTime"/>, in one Runge-Kutta step of fourth order. P = R^T R with R = D_u^-1/2 X D_i^-1/2;
/// L = D_i^-1/2 V V^T D_i^1/2 is the ideal low-pass filter of the <see cref="Rank"/> leading right singular vectors V of R, and b is
/// <see cref="LowPassWeight"/>. A time of 0 is GF-CF. Items x items numbers are never made.
/// Choi et al., SIGIR 2023, arXiv 2211.09324; Shen et al., CIKM 2021, arXiv 2108.07567 (GF-CF).
/// </summary>
public sealed record SharpeningForm : ClosedFormSettings
{
    private const int NodesPerFrequency = 25;
    private const int FewestRanks = 4;
    private const int MostRanks = 448;
    private const int TrialIterations = 6;

    /// <summary>
    /// The number k of low frequencies that L keeps, at most the users and the items; less where the search for them does not fit
    /// <see cref="GraphFilterOptions.MemoryLimitMiB"/>. Null: a 25th of the users or of the items, whichever is less, 448 at most.
    /// </summary>
    /// <value>The default is null.</value>
    public int? Rank { get; init; }

    /// <summary>The weight b of L, 0 or more.</summary>
    /// <value>The default is 0.2.</value>
    public float LowPassWeight { get; init; } = 0.2f;

    /// <summary>How long the scores are sharpened, T, 0 or more; larger ones take more of what everybody likes from them.</summary>
    /// <value>The default is 2.5.</value>
    public float SharpeningTime { get; init; } = 2.5f;

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
