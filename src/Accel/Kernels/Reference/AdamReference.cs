namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="AdamKernel"/>: the same roundings in the same order, so the same bytes.</summary>
internal static class AdamReference
{
    /// <inheritdoc cref="AdamKernel.Step"/>
    public static void Step(Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v, in AdamFactors f)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            float g = MathF.FusedMultiplyAdd(f.ClassicL2, parameters[i], gradient[i]);
            m[i] = MathF.FusedMultiplyAdd(f.Rest1, g, f.Beta1 * m[i]);
            v[i] = MathF.FusedMultiplyAdd(f.Rest2, g * g, f.Beta2 * v[i]);
            parameters[i] = (f.Shrink * parameters[i]) - (f.StepSize * m[i] / (MathF.Sqrt(v[i]) + f.Epsilon));
        }
    }
}
