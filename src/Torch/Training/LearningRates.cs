namespace HybridRec.MLNet.Torch;

/// <summary>The learning rate of a step: in a straight line from 0 over the warm-up, and how it falls after it.</summary>
internal static class LearningRates
{
    /// <summary>Half a cosine down to nearly 0.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="total">Steps in all.</param>
    /// <param name="warmupFraction">Share of them that is warm-up.</param>
    /// <param name="peak">The rate at its end.</param>
    public static double WarmupCosine(int step, double total, double warmupFraction, double peak)
    {
        double warmup = Math.Ceiling(total * warmupFraction);
        return peak * (step <= warmup ? step / warmup : 0.5 * (1 + Math.Cos(Math.PI * (step - warmup) / Math.Max(1, total - warmup + 1))));
    }

    /// <summary>Constant, and in a straight line towards 0 over the last steps.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="total">Steps in all.</param>
    /// <param name="warmupFraction">Share of them that is warm-up.</param>
    /// <param name="decay">Share of them in which the rate falls; 0 for none.</param>
    /// <param name="peak">The rate between the two.</param>
    public static double WarmupLinear(int step, double total, double warmupFraction, double decay, double peak)
    {
        double warmup = Math.Ceiling(total * warmupFraction);
        double rise = step <= warmup ? step / warmup : 1, fall = decay > 0 ? Math.Min(1, (total + 1 - step) / (decay * total)) : 1;
        return peak * Math.Min(rise, fall);
    }
}
