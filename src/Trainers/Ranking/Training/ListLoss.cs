namespace HybridRec.MLNet.Ranking;

/// <summary>Loss of one user's list, positives first, and its gradient in the scores.</summary>
internal static class ListLoss
{
    /// <summary>The loss of <paramref name="scores"/>, whose first <paramref name="positives"/> entries are the positives.</summary>
    /// <param name="objective">Which loss.</param>
    /// <param name="scores">Scores s of the list.</param>
    /// <param name="positives">Positives; at least one, and fewer than the list is long.</param>
    /// <param name="gradient">Overwritten with dL/ds.</param>
    public static double Step(
        RankingObjective objective, ReadOnlySpan<float> scores, int positives, Span<float> gradient) =>
        objective switch
        {
            RankingObjective.Softmax => Softmax(scores, positives, gradient),
            RankingObjective.Bpr => Bpr(scores, positives, gradient),
            _ => Logistic(scores, positives, gradient),
        };

    /// <summary>T^2 sum_i p_i ln(p_i / q_i), q = softmax(s / T): what a list costs that is to be ordered as a teacher orders it.</summary>
    /// <param name="scores">Scores s of the list.</param>
    /// <param name="targets">The teacher's probabilities p.</param>
    /// <param name="temperature">T.</param>
    /// <param name="gradient">Overwritten with dL/ds = T (q - p).</param>
    public static double Soft(ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, double temperature, Span<float> gradient)
    {
        float top = float.NegativeInfinity;
        foreach (float s in scores)
            top = Math.Max(top, s);
        double sum = 0, loss = 0;
        foreach (float s in scores)
            sum += Math.Exp((s - top) / temperature);
        for (int i = 0; i < scores.Length; i++)
        {
            double logarithm = (scores[i] - top) / temperature - Math.Log(sum);
            if (targets[i] > 0)
                loss += targets[i] * (Math.Log(targets[i]) - logarithm);
            gradient[i] = (float)(temperature * (Math.Exp(logarithm) - targets[i]));
        }
        return temperature * temperature * loss;
    }

    private static double Softmax(ReadOnlySpan<float> scores, int positives, Span<float> gradient)
    {
        var negatives = scores[positives..];
        float top = float.NegativeInfinity;
        foreach (float s in negatives)
            top = Math.Max(top, s);
        double sum = 0; // of e^(s_n - top): at least 1, so no denominator below can vanish
        foreach (float s in negatives)
            sum += Math.Exp(s - top);

        double loss = 0, inverse = 0;
        for (int p = 0; p < positives; p++)
        {
            double d = scores[p] - top;
            double share = 1 / (1 + Math.Exp(-d) * sum); // e^s_p / (e^s_p + sum_n e^s_n)
            loss += d > 0 ? Math.Log(1 + sum * Math.Exp(-d)) : Math.Log(Math.Exp(d) + sum) - d;
            inverse += 1 / (Math.Exp(d) + sum);
            gradient[p] = (float)((share - 1) / positives);
        }
        for (int n = 0; n < negatives.Length; n++)
            gradient[positives + n] = (float)(Math.Exp(negatives[n] - top) * inverse / positives);
        return loss / positives;
    }

    private static double Bpr(ReadOnlySpan<float> scores, int positives, Span<float> gradient)
    {
        int negatives = scores.Length - positives;
        double scale = 1.0 / ((double)positives * negatives), loss = 0;
        gradient[..scores.Length].Clear();
        for (int p = 0; p < positives; p++)
        {
            double own = 0;
            for (int n = positives; n < scores.Length; n++)
            {
                var (term, slope) = SoftPlus(scores[n] - scores[p]);
                loss += term;
                own -= slope;
                gradient[n] += (float)(slope * scale);
            }
            gradient[p] = (float)(own * scale);
        }
        return loss * scale;
    }

    private static double Logistic(ReadOnlySpan<float> scores, int positives, Span<float> gradient)
    {
        double loss = 0, scale = 1.0 / scores.Length;
        for (int i = 0; i < scores.Length; i++)
        {
            double sign = i < positives ? -1 : 1;
            var (term, slope) = SoftPlus(sign * scores[i]);
            loss += term;
            gradient[i] = (float)(sign * slope * scale);
        }
        return loss * scale;
    }

    /// <summary>ln(1 + e^x) and its slope sigmoid(x), for any x.</summary>
    private static (double Value, double Slope) SoftPlus(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return (Math.Max(x, 0) + Math.Log(1 + e), x >= 0 ? 1 / (1 + e) : e / (1 + e));
    }
}
