using HybridRec.MLNet.Ranking;

namespace HybridRec.MLNet.Tests.Ranking;

/// <summary>The head and its losses written down naively in double: no folding, no shared code.</summary>
internal static class HeadReference
{
    public static double Score(HeadWeights weights, double[] parameters, float[] user, ReadOnlySpan<float> item)
    {
        var shape = weights.Shape;
        double[] products = new double[shape.ProductDimension], inputs = new double[shape.ProductDimension];
        double score = 0;
        bool trained = shape.Head != RankingHeadKind.DotProduct;
        for (int p = 0; p < shape.Pairs.Count; p++)
        {
            var pair = shape.Pairs[p];
            for (int k = 0; k < pair.Length; k++)
            {
                products[pair.Product + k] = (double)weights.PairScales[p] * user[pair.User + k] * item[pair.Item + k];
                inputs[pair.Product + k] = products[pair.Product + k] * Math.Sqrt(pair.Length);
                double weight = weights.StartWeights[p] + (trained ? parameters[shape.ProductWeights.Offset + pair.Product + k] : 0);
                score += weight * products[pair.Product + k];
            }
        }
        if (!trained)
            return score;
        score += parameters[shape.Bias.Offset];
        for (int k = 0; k < item.Length; k++)
            score += parameters[shape.ItemWeights.Offset + k] * item[k];
        for (int d = 0; d < shape.TowerDimension; d++)
        {
            double a = 0, b = 0;
            for (int k = 0; k < user.Length; k++)
                a += user[k] * parameters[shape.UserTower.Offset + (k * shape.TowerDimension) + d];
            for (int k = 0; k < item.Length; k++)
                b += item[k] * parameters[shape.ItemTower.Offset + (k * shape.TowerDimension) + d];
            score += a * b;
        }
        if (shape.FirstWidth == 0)
            return score;

        double[] layer = new double[shape.FirstWidth];
        for (int h = 0; h < layer.Length; h++)
        {
            double sum = parameters[shape.FirstBias.Offset + h];
            for (int k = 0; k < user.Length; k++)
                sum += user[k] * parameters[shape.FirstUser.Offset + (k * layer.Length) + h];
            for (int k = 0; k < item.Length; k++)
                sum += item[k] * parameters[shape.FirstItem.Offset + (k * layer.Length) + h];
            for (int k = 0; k < inputs.Length; k++)
                sum += inputs[k] * parameters[shape.FirstProduct.Offset + (k * layer.Length) + h];
            layer[h] = Math.Max(0, sum);
        }
        foreach (var (w, b) in shape.Deeper)
        {
            double[] next = new double[w.Columns];
            for (int h = 0; h < next.Length; h++)
            {
                double sum = parameters[b.Offset + h];
                for (int k = 0; k < layer.Length; k++)
                    sum += layer[k] * parameters[w.Offset + (k * w.Columns) + h];
                next[h] = Math.Max(0, sum);
            }
            layer = next;
        }
        for (int h = 0; h < layer.Length; h++)
            score += layer[h] * parameters[shape.Output.Offset + h];
        return score;
    }

    public static double Loss(RankingObjective objective, double[] scores, int positives)
    {
        double sum = 0;
        int negatives = scores.Length - positives;
        switch (objective)
        {
            case RankingObjective.Softmax:
                for (int p = 0; p < positives; p++)
                    sum -= Math.Log(Math.Exp(scores[p]) / (Math.Exp(scores[p]) + scores.Skip(positives).Sum(Math.Exp)));
                return sum / positives;
            case RankingObjective.Bpr:
                for (int p = 0; p < positives; p++)
                    for (int n = positives; n < scores.Length; n++)
                        sum -= Math.Log(1 / (1 + Math.Exp(scores[n] - scores[p])));
                return sum / positives / negatives;
            default:
                for (int i = 0; i < scores.Length; i++)
                    sum -= Math.Log(1 / (1 + Math.Exp(i < positives ? -scores[i] : scores[i])));
                return sum / scores.Length;
        }
    }
}
