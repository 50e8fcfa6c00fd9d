using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// The start of a head: the parts' dot products brought to one scale and mixed by NDCG@100 on held-out rows, then tempered so that the loss
/// of the training lists is least (a monotone change of the scores, so NDCG keeps its value).
/// </summary>
internal static class StartMix
{
    private const int SampledPairs = 20_000;
    private static readonly float[] s_weights =
    [
        0, 0.03f, 0.05f, 0.07f, 0.1f, 0.13f, 0.16f, 0.2f, 0.25f, 0.3f, 0.4f, 0.5f, 0.7f, 1, 1.4f, 2
    ];
    private static readonly float[] s_temperatures = [0.25f, 0.35f, 0.5f, 0.7f, 1, 1.4f, 2, 2.8f, 4, 5.6f, 8];

    /// <summary>1 / standard deviation of every pair's dot product over random user-item pairs; 0 for one that does not vary.</summary>
    public static float[] PairScales(RankingData data, IReadOnlyList<ProductPair> pairs, int[] users, int seed)
    {
        var scales = new float[pairs.Count];
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

    /// <summary>Weights of the pairs: the best one alone, then the others added one by one, each at the weight that ranks best.</summary>
    public static float[] Weights(HeldOutJudge judge, HeadShape shape, float[] scales)
    {
        int count = shape.Pairs.Count;
        if (count == 0)
            return [];
        var dots = new HeadShape(RankingHeadKind.DotProduct, shape.UserDimension, shape.ItemDimension, shape.Pairs, []);
        var alone = Enumerable.Range(0, count).Select(p => new HeadWeights(dots, scales, OneHot(p, count, 1), [])).ToArray();
        var quality = judge.Ndcg(alone, [.. Enumerable.Range(0, count).Select(p => OneHot(p, count, 1))]);
        int[] order = [.. Enumerable.Range(0, count).OrderByDescending(p => quality[p]).ThenBy(p => p)];

        float[] mix = OneHot(order[0], count, 1);
        foreach (int next in order.Skip(1))
        {
            var trials = s_weights.Select(w =>
            {
                float[] trial = [.. mix];
                trial[next] = w;
                return trial;
            }).ToArray();
            var reached = judge.Ndcg(alone, trials);
            mix = trials[Array.IndexOf(reached, reached.Max())]; // the smallest of equal weights
        }
        return mix;
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

    private static float[] OneHot(int index, int count, float value)
    {
        float[] weights = new float[count];
        weights[index] = value;
        return weights;
    }
}
