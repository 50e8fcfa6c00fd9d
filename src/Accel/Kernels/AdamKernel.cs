using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// One fused Adam update, element by element, with g the gradient (plus L2 * parameter when classic):
/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p = p - rate * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon).
/// </summary>
internal static class AdamKernel
{
    /// <summary>Updates parameters and both moments in place.</summary>
    /// <param name="parameters">Parameters.</param>
    /// <param name="gradient">Gradient of the loss at the parameters.</param>
    /// <param name="m">First moments; zeros before the first step.</param>
    /// <param name="v">Second moments; zeros before the first step.</param>
    /// <param name="step">Rates and the step number.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the step number is below 1.</exception>
    public static void Step(Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v, in AdamStep step)
    {
        Guard.Length(gradient.Length, parameters.Length, nameof(gradient), "one for each parameter");
        Guard.Length(m.Length, parameters.Length, nameof(m), "one for each parameter");
        Guard.Length(v.Length, parameters.Length, nameof(v), "one for each parameter");
        AdamReference.Step(parameters, gradient, m, v, new AdamFactors(step));
    }
}
