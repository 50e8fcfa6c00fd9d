namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="AdamKernel"/>.</summary>
internal static class AdamReference
{
    /// <inheritdoc cref="AdamKernel.Step"/>
    public static void Step(Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v, in AdamFactors f)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            float g = gradient[i] + (f.ClassicL2 * parameters[i]);
            m[i] = (f.Beta1 * m[i]) + (f.Rest1 * g);
            v[i] = (f.Beta2 * v[i]) + (f.Rest2 * (g * g));
            parameters[i] = (f.Shrink * parameters[i]) - (f.StepSize * m[i] / (MathF.Sqrt(v[i]) + f.Epsilon));
        }
    }
}
