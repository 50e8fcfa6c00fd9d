using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// Chooses the ridges of EASE and L3AE on the training rows alone: a tenth of each user's is held out at random (at least one, seed 1), and the candidate with the best NDCG@20 on
/// them is kept. One number at a time, from the middle of its grid uphill. The test rows are never read.
/// </summary>
internal sealed class FilterTuning
{
    /// <summary>Above so many items the choice is made with the local solution (50 neighbors); the final fit is not.</summary>
    private const int ExactItems = 13000;

    private static readonly float[] s_ridges = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
    private static readonly float[] s_shares = [0.1f, 0.25f, 0.5f, 0.75f, 1, 1.25f, 1.5f, 2, 3];
    private static readonly float[] s_textRidges = [0.1f, 0.3f, 1, 3, 10, 30, 100, 300];

    private readonly MLContext _ml;
    private readonly ExperimentData _inner;
    private readonly ITransformer _prefix;
    private readonly IDataView _rows;
    private readonly bool _local;

    /// <param name="ml">Context.</param>
    /// <param name="data">Only its training rows are used.</param>
    /// <param name="prefix">The stages before the filter.</param>
    public FilterTuning(MLContext ml, ExperimentData data, IEstimator<ITransformer> prefix)
    {
        _ml = ml;
        _inner = data with { Split = ml.Hybrid.Data.RandomSplit(data.Split.TrainSet, testFraction: 0.1) };
        _prefix = prefix.Fit(_inner.Split.TrainSet);
        _rows = _prefix.Transform(_inner.Split.TrainSet); // not cached: a vector a row would take more memory than the model
        _local = ((KeyDataViewType)_rows.Schema["Item"].Type).Count > ExactItems;
    }

    /// <summary>The options with ridges chosen.</summary>
    public GraphFilterOptions Choose(GraphFilterOptions options)
    {
        var ease = options with { Kind = GraphFilterKind.Ease };
        float ridge = Climb(s_ridges, 200, value => ease with { LambdaX = value });
        if (options.Kind == GraphFilterKind.Ease)
            return Told(options with { LambdaX = ridge });
        var text = options with { LambdaF = 10 };
        float share = Climb(s_shares, 0.5f, value => text with { LambdaE = value * ridge, LambdaX = (1 - value) * ridge });
        text = text with { LambdaE = share * ridge, LambdaX = (1 - share) * ridge };
        return Told(text with { LambdaF = Climb(s_textRidges, 10, value => text with { LambdaF = value }) });
    }

    private static GraphFilterOptions Told(GraphFilterOptions chosen)
    {
        Console.WriteLine(FormattableString.Invariant($"chosen on an inner split of the training rows: LambdaX {chosen.LambdaX}, LambdaF {chosen.LambdaF}, LambdaE {chosen.LambdaE}"));
        return chosen;
    }

    private float Climb(float[] grid, float start, Func<float, GraphFilterOptions> options)
    {
        int best = Array.IndexOf(grid, start);
        double bestNdcg = Judge(options(grid[best]));
        foreach (int step in (int[])[1, -1])
        {
            int from = best;
            for (int at = best + step; at >= 0 && at < grid.Length; at += step)
            {
                double ndcg = Judge(options(grid[at]));
                if (ndcg <= bestNdcg)
                    break;
                (best, bestNdcg) = (at, ndcg);
            }
            if (best != from)
                break; // uphill this way, so not the other
        }
        return grid[best];
    }

    private double Judge(GraphFilterOptions options)
    {
        var filter = _ml.Hybrid.GraphFilter(_local ? options with { MemoryLimitMiB = 512, Neighbors = 50 } : options).Fit(_rows);
        double ndcg = InnerJudge.Ndcg(_ml, new TransformerChain<ITransformer>(_prefix, filter), _inner);
        Console.WriteLine(FormattableString.Invariant($"inner split: LambdaX {options.LambdaX}, LambdaF {options.LambdaF}, LambdaE {options.LambdaE} ({options.Kind}): NDCG@20 {ndcg:F4}"));
        return ndcg;
    }
}
