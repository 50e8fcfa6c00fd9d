using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Dense;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>Chooses the ridge of EASE: one X^T X serves all ridges, each costs an inverse.</summary>
internal sealed class RidgeChoice
{
    /// <summary>The ridge where there is nothing to choose by.</summary>
    public const float Usual = 100;

    // Above, an inverse a ridge takes a minute of a core, and the ridge is chosen on the local solution.
    private const int ExactItems = 15000;
    private const int LocalNeighbors = 50;

    // Up to here an inverse takes seconds, and the whole grid may be walked.
    private const int FineItems = 6000;
    private const int FewRidges = 3;

    private static readonly float[] s_fine = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
    private static readonly float[] s_coarse = [10, 50, 200, 1000, 5000];

    private readonly FormTrial _trial;
    private readonly SymmetricTiles?[] _grams;

    /// <summary>Counts shared users, once for all ridges.</summary>
    public RidgeChoice(FormTrial trial)
    {
        _trial = trial;
        _grams = [.. trial.Folds.Select(fold => DualInverse.Pays(fold.Rest) ? null : GramTiles.Of(fold.Rest, 0, trial.Fit.Threads))];
    }

    /// <summary>Whether EASE is tried exactly.</summary>
    public static bool IsExact(FilterFit fit) =>
        fit.Graph.ItemCount <= ExactItems && DenseWeights.Bytes(fit.Graph.ItemCount) <= fit.MemoryLimit;

    /// <summary>The best ridge where EASE is not tried exactly.</summary>
    public static (float Ridge, double Ndcg) Local(FormTrial trial)
    {
        double Judge(float ridge) => trial.Judge(fit => LocalSolver.Solve(
            fit.Graph, null, ridge, 0,
            LocalSolver.NeighborsWithin(fit.Graph.ItemCount, fit.MemoryLimitMiB, FilterKind.Ease, LocalNeighbors),
            fit.Threads, fit.Step));
        return GridClimb.Best(s_coarse, start: 2, FewRidges, Judge);
    }

    /// <summary>The best ridge.</summary>
    public (float Ridge, double Ndcg) Best()
    {
        var graph = _trial.Fit.Graph;
        int size = DualInverse.Pays(graph) ? graph.UserCount : graph.ItemCount;
        bool fine = size <= FineItems;
        float[] grid = fine ? s_fine : s_coarse;
        return GridClimb.Best(
            grid, Array.IndexOf(grid, 200), fine ? grid.Length : FewRidges,
            ridge => _trial.Judge(At(ridge, null).Select<RidgeScores, ScoreUsers>(scores => scores.Ease)));
    }

    /// <summary>What scores at a ridge are made from, one a holdout, one after another.</summary>
    /// <param name="ridge">l, or l_X + l_E.</param>
    /// <param name="vectors">T of length 1 each; null for EASE alone.</param>
    public IEnumerable<RidgeScores> At(float ridge, float[]? vectors) => _trial.Folds.Zip(
        _grams,
        (fold, gram) => RidgeScores.Of(fold, gram, ridge, vectors, _trial.Fit.Threads, (_, _) => _trial.Fit.Step(0, 1)));
}
