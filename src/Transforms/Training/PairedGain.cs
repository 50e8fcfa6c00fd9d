namespace HybridRec.MLNet.Training;

/// <summary>When a model's gain over another on the same users is more than noise.</summary>
internal static class PairedGain
{
    /// <summary>A lead below this share says nothing, however sure it is.</summary>
    private const double LeastLead = 1e-3;

    /// <summary>Standard errors that a gain has to exceed.</summary>
    private const double StandardErrors = 2;

    /// <summary>Variance of the mean of the users' gains.</summary>
    public static double VarianceOfMean(IReadOnlyList<double> gains)
    {
        if (gains.Count < 2)
            return double.PositiveInfinity;
        double mean = gains.Average();
        return gains.Sum(g => (g - mean) * (g - mean)) / (gains.Count - 1) / gains.Count;
    }

    /// <summary>
    /// Whether the mean over users of <paramref name="values"/> exceeds that of <paramref name="baseline"/> by more than two standard
    /// errors of the paired differences, and by a thousandth.
    /// </summary>
    /// <param name="values">Of the model.</param>
    /// <param name="baseline">Of the other.</param>
    /// <param name="standardErrors">How many the gain has to exceed: none where something else than these users speaks for it.</param>
    public static bool IsMoreThanNoise(
        IReadOnlyList<double> values, IReadOnlyList<double> baseline, double standardErrors = StandardErrors)
    {
        double[] gains = [.. values.Zip(baseline, (value, before) => value - before)];
        double gain = gains.Average();
        return gain > baseline.Average() * LeastLead && gain > standardErrors * Math.Sqrt(VarianceOfMean(gains));
    }
}
