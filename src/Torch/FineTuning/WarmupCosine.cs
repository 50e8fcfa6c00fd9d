namespace HybridRec.MLNet.Torch;

/// <summary>The learning rate of a step: linear from 0 over the warm-up, then half a cosine down to 0.</summary>
internal static class WarmupCosine
{
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="total">Steps in all.</param>
    /// <param name="warmupFraction">Share of them that is warm-up.</param>
    /// <param name="peak">The rate at its end.</param>
    public static double Rate(int step, double total, double warmupFraction, double peak)
    {
        double warmup = Math.Ceiling(total * warmupFraction);
        return peak * (step <= warmup ? step / warmup : 0.5 * (1 + Math.Cos(Math.PI * (step - warmup) / Math.Max(1, total - warmup + 1))));
    }
}
