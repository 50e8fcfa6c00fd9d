using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
        => StepRow(parameters, gradient, m, v, new AdamFactors(step));

    /// <summary>The same with the constants worked out already: for many short rows.</summary>
    public static void StepRow(Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v, in AdamFactors factors)
    {
        Guard.Length(gradient.Length, parameters.Length, nameof(gradient), "one for each parameter");
        Guard.Length(m.Length, parameters.Length, nameof(m), "one for each parameter");
        Guard.Length(v.Length, parameters.Length, nameof(v), "one for each parameter");
        int done = 0;
        if (KernelPath.Use256)
            done = StepVectors<Lanes256, Vector256<float>>(parameters, gradient, m, v, factors);
        else if (KernelPath.UseVector)
            done = StepVectors<Lanes128, Vector128<float>>(parameters, gradient, m, v, factors);
        AdamReference.Step(parameters[done..], gradient[done..], m[done..], v[done..], factors);
    }

    /// <summary>
    /// Updates as many elements as fill whole vectors; returns how many. The scalar twin does the rest, with the same roundings.
    /// </summary>
    private static int StepVectors<TLanes, TVector>(
        Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v, in AdamFactors f)
        where TLanes : struct, IMathLanes<TVector>
        where TVector : struct
    {
        ref float p0 = ref MemoryMarshal.GetReference(parameters);
        ref float g0 = ref MemoryMarshal.GetReference(gradient);
        ref float m0 = ref MemoryMarshal.GetReference(m);
        ref float v0 = ref MemoryMarshal.GetReference(v);
        var (beta1, rest1) = (TLanes.Fill(f.Beta1), TLanes.Fill(f.Rest1));
        var (beta2, rest2) = (TLanes.Fill(f.Beta2), TLanes.Fill(f.Rest2));
        var (stepSize, epsilon) = (TLanes.Fill(f.StepSize), TLanes.Fill(f.Epsilon));
        var (classicL2, shrink) = (TLanes.Fill(f.ClassicL2), TLanes.Fill(f.Shrink));
        nuint i = 0, width = (nuint)TLanes.Count, length = (nuint)parameters.Length;
        for (; i + width <= length; i += width)
        {
            TVector p = TLanes.Load(ref p0, i);
            TVector g = TLanes.FusedMultiplyAdd(classicL2, p, TLanes.Load(ref g0, i));
            TVector first = TLanes.FusedMultiplyAdd(rest1, g, TLanes.Multiply(beta1, TLanes.Load(ref m0, i)));
            TVector second = TLanes.FusedMultiplyAdd(rest2, TLanes.Multiply(g, g), TLanes.Multiply(beta2, TLanes.Load(ref v0, i)));
            TLanes.Store(first, ref m0, i);
            TLanes.Store(second, ref v0, i);
            TVector step = TLanes.Divide(TLanes.Multiply(stepSize, first), TLanes.Add(TLanes.Root(second), epsilon));
            TLanes.Store(TLanes.Subtract(TLanes.Multiply(shrink, p), step), ref p0, i);
        }
        return (int)i;
    }
}
