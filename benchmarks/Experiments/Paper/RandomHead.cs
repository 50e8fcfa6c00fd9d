using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Ranking;
using Microsoft.ML;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>
/// A ranking head of the study's shape with random weights: it takes as long as a trained one, and needs no training. A trained one will
/// not do where training gained nothing, since it then becomes a dot product, which is many times faster than what is to be measured.
/// </summary>
internal static class RandomHead
{
    /// <param name="ml">Context.</param>
    /// <param name="fused">Rows with the column Features of Fuse.</param>
    /// <param name="hiddenSizes">Units of the MLP's layers.</param>
    /// <param name="seed">Seed of its weights.</param>
    public static HybridRankingTransformer Mlp(MLContext ml, IDataView fused, IReadOnlyList<int> hiddenSizes, int seed)
    {
        HybridRankingTransformer dots = ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct() }).Fit(fused);
        HeadFeatures map = dots.Model.Map;
        var shape = new HeadShape(RankingHeadKind.Mlp, map.UserDimension, map.ItemDimension, map.Pairs(), hiddenSizes);
        HeadWeights weights = HeadWeights.Start(shape, dots.Model.Weights.PairScales, dots.Model.Weights.StartWeights, seed);
        // Before training nothing leads from the hidden layers to the score.
        var random = Xoshiro256.Stream(seed + 1);
        Span<float> parameters = weights.Parameters;
        foreach (ref float weight in shape.Output.Of(parameters))
            weight = (float)(random.NextNormal() / Math.Sqrt(shape.Output.Rows));
        return new HybridRankingTransformer(
            ml, dots.FeatureColumnName, new HybridRankingModel(map, weights, dots.Model.Start, dots.Model.Best, double.NaN));
    }
}
