using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// The start of a head: the parts brought to one scale, mixed (<see cref="MixSearch"/>), then tempered so that the loss of the training
/// lists is least (a monotone change of the scores, so NDCG keeps its value).
/// </summary>
internal static class StartMix
{
    private const int SampledPairs = 20_000;
    private static readonly float[] s_temperatures = [0.25f, 0.35f, 0.5f, 0.7f, 1, 1.4f, 2, 2.8f, 4, 5.6f, 8];

    /// <summary>
    /// 1 / standard deviation of every pair's dot product over random user-item pairs; 0 for one that does not vary. Scores of the pair are
    /// standard scores already.
    /// </summary>
    public static float[] PairScales(RankingData data, HeadShape shape, int[] users, int seed)
    {
        IReadOnlyList<ProductPair> pairs = shape.Pairs;
        var scales = new float[shape.MixedParts];
        scales.AsSpan(pairs.Count).Fill(1);
        for (int p = 0; p < pairs.Count; p++)
        {
            var random = Xoshiro256.Stream(seed);
            double sum = 0, squares = 0;
            for (int i = 0; i < SampledPairs; i++)
            {
                var user = data.User(users[random.NextInt32(users.Length)]).Slice(pairs[p].User, pairs[p].Length);
                var item = data.Item(random.NextInt32(data.ItemCount)).Slice(pairs[p].Item, pairs[p].Length);
                double dot = TensorPrimitives.Dot(user, item);
                sum += dot;
                squares += dot * dot;
            }
            double variance = squares / SampledPairs - sum / SampledPairs * (sum / SampledPairs);
            scales[p] = variance > 1e-12 ? (float)(1 / Math.Sqrt(variance)) : 0;
        }
        return scales;
    }

    /// <summary>The factor on the start weights at which the training lists have the least loss.</summary>
    public static float Temperature(HeadGradient gradient, HeadWeights start, ReadOnlyMemory<UserList> lists)
    {
        float best = 1;
        double least = double.PositiveInfinity;
        foreach (float factor in s_temperatures)
        {
            float[] weights = [.. start.StartWeights.Select(w => w * factor)];
            double loss = gradient.Compute(new HeadWeights(start.Shape, start.PairScales, weights, start.Parameters), lists, 0, []);
            if (loss < least)
                (best, least) = (factor, loss);
        }
        return best;
    }
}
