using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// Chooses the ridges of EASE and L3AE on the training rows alone: a tenth of each user's is held out at random (at least one, seed 1), and
/// the candidate with the best NDCG@20 on them is kept. One number at a time, from the middle of its grid
/// uphill. The test rows are never read.
/// </summary>
internal sealed class FilterTuning
{
    /// <summary>Above so many items the choice is made with the local solution; the final fit is not.</summary>
    private const int ExactItems = 13000;

    private const int FewNeighbors = 50;
    private const int Neighbors = 200;

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
        _inner = data with { Split = ml.Hybrid.Data.RandomSplit(data.Split.TrainSet, testFraction: 0.1, seed: 1) };
        _prefix = prefix.Fit(_inner.Split.TrainSet);
        _rows = _prefix.Transform(_inner.Split.TrainSet); // not cached: a vector a row would take more memory than the model
        _local = ((KeyDataViewType)_rows.Schema["Item"].Type).Count > ExactItems;
    }

    /// <summary>The options with the ridge of EASE chosen.</summary>
    public GraphFilterOptions ChooseEase(GraphFilterOptions options) => Told(options with { Filter = ClosedForm.Ease(Ridge(options)) });

    /// <summary>The options with the ridges of L3AE chosen, starting from that of EASE.</summary>
    public GraphFilterOptions ChooseTextAwareEase(GraphFilterOptions options, string itemFeatureColumnName)
    {
        float ridge = Ridge(options);
        float share = Climb(options, s_shares, 0.5f, (value, neighbors) => Form(value, 10, neighbors));
        float textRidge = Climb(options, s_textRidges, 10, (value, neighbors) => Form(share, value, neighbors));
        return Told(options with { Filter = Form(share, textRidge, Neighbors) });

        ClosedFormSettings Form(float share, float textRidge, int neighbors) =>
            ClosedForm.TextAwareEase(itemFeatureColumnName, (1 - share) * ridge, textRidge, share * ridge, neighbors);
    }

    private float Ridge(GraphFilterOptions options) =>
        Climb(options, s_ridges, 200, (value, neighbors) => ClosedForm.Ease(value, neighbors));

    private static GraphFilterOptions Told(GraphFilterOptions chosen)
    {
        Console.WriteLine(FormattableString.Invariant($"chosen on an inner split of the training rows: {chosen.Filter}"));
        return chosen;
    }

    private float Climb(GraphFilterOptions options, float[] grid, float start, Func<float, int, ClosedFormSettings> form)
    {
        int best = Array.IndexOf(grid, start);
        double bestNdcg = Judge(options, form(grid[best], _local ? FewNeighbors : Neighbors));
        foreach (int step in (int[])[1, -1])
        {
            int from = best;
            for (int at = best + step; at >= 0 && at < grid.Length; at += step)
            {
                double ndcg = Judge(options, form(grid[at], _local ? FewNeighbors : Neighbors));
                if (ndcg <= bestNdcg)
                    break;
                (best, bestNdcg) = (at, ndcg);
            }
            if (best != from)
                break; // uphill this way, so not the other
        }
        return grid[best];
    }

    private double Judge(GraphFilterOptions options, ClosedFormSettings form)
    {
        var judged = options with { MemoryLimitMiB = _local ? 512 : options.MemoryLimitMiB, Filter = form };
        var filter = _ml.Hybrid.GraphFilter(judged).Fit(_rows);
        double ndcg = InnerJudge.Ndcg(_ml, new TransformerChain<ITransformer>(_prefix, filter), _inner);
        Console.WriteLine(FormattableString.Invariant($"inner split: {form}: NDCG@20 {ndcg:F4}"));
        return ndcg;
    }
}
