using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The exponent that items are served with: that of training, or one near it whose NDCG on the holdout is better by more than the standard
/// error of the difference, user by user. It is a scale of vectors that are there, so nothing is trained for it.
/// </summary>
internal static class ServedExponentChoice
{
    private static readonly float[] s_steps = [-0.15f, -0.1f, -0.05f, 0.05f, 0.1f, 0.15f, 0.2f];

    /// <summary>Chooses, and says so.</summary>
    /// <param name="validation">The holdout.</param>
    /// <param name="network">The trained network.</param>
    /// <param name="trained">The exponent of training.</param>
    /// <param name="log">The log.</param>
    public static float Choose(GraphValidation validation, GraphNetwork network, float trained, TrainingLog log)
    {
        float[] candidates =
        [
            trained, .. s_steps.Select(step => (float)Math.Round(trained + step, 4)).Where(exponent => exponent is >= 0 and <= 1)
        ];
        double[][] ndcg = validation.Ndcg(network, candidates);
        (int best, double margin) = (0, 0);
        for (int c = 1; c < candidates.Length; c++)
        {
            double gain = Gain(ndcg[c], ndcg[0]);
            if (gain > margin)
                (best, margin) = (c, gain);
        }

        log.Info(best == 0
            ? $"items are served with the exponent of training, {trained}: no other is better on the holdout by more than its error"
            : (FormattableString)$"items are served with exponent {candidates[best]}: NDCG@10 on the holdout {ndcg[best].Average():F4}, {ndcg[0].Average():F4} with that of training, {trained}");
        return candidates[best];
    }

    /// <summary>The mean difference less its standard error; 0 where there are too few users to tell.</summary>
    internal static double Gain(double[] ndcg, double[] other)
    {
        if (ndcg.Length < 2)
            return 0;
        double[] gains = [.. ndcg.Zip(other, (value, before) => value - before)];
        return gains.Average() - Math.Sqrt(PairedGain.VarianceOfMean(gains));
    }
}
