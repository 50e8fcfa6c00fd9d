using System.Numerics;
using System.Runtime.InteropServices;
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
        int done = KernelPath.UseVector ? StepVectors(parameters, gradient, m, v, factors) : 0;
        AdamReference.Step(parameters[done..], gradient[done..], m[done..], v[done..], factors);
    }

    /// <summary>Updates as many elements as fill whole vectors; returns how many. The scalar twin does the rest, with the same roundings.</summary>
    private static int StepVectors(Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v, in AdamFactors f)
    {
        ref float p0 = ref MemoryMarshal.GetReference(parameters);
        ref float g0 = ref MemoryMarshal.GetReference(gradient);
        ref float m0 = ref MemoryMarshal.GetReference(m);
        ref float v0 = ref MemoryMarshal.GetReference(v);
        var (beta1, rest1) = (new Vector<float>(f.Beta1), new Vector<float>(f.Rest1));
        var (beta2, rest2) = (new Vector<float>(f.Beta2), new Vector<float>(f.Rest2));
        var (stepSize, epsilon) = (new Vector<float>(f.StepSize), new Vector<float>(f.Epsilon));
        var (classicL2, shrink) = (new Vector<float>(f.ClassicL2), new Vector<float>(f.Shrink));
        int i = 0;
        for (; i <= parameters.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> p = Vector.LoadUnsafe(ref p0, (nuint)i);
            Vector<float> g = Vector.FusedMultiplyAdd(classicL2, p, Vector.LoadUnsafe(ref g0, (nuint)i));
            Vector<float> first = Vector.FusedMultiplyAdd(rest1, g, beta1 * Vector.LoadUnsafe(ref m0, (nuint)i));
            Vector<float> second = Vector.FusedMultiplyAdd(rest2, g * g, beta2 * Vector.LoadUnsafe(ref v0, (nuint)i));
            first.StoreUnsafe(ref m0, (nuint)i);
            second.StoreUnsafe(ref v0, (nuint)i);
            ((shrink * p) - (stepSize * first / (Vector.SquareRoot(second) + epsilon))).StoreUnsafe(ref p0, (nuint)i);
        }
        return i;
    }
}
