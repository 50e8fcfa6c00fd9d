using System.Numerics;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Bayesian personalized ranking (Rendle et al. 2009): loss = -ln sigmoid(x) with x = user . (positive - negative), whose
/// gradient is -sigmoid(-x) times (positive - negative), user and -user. Stable for any finite x.
/// </summary>
internal static class BprKernel
{
    /// <summary>Adds scale times the gradient of one triple to the three gradients.</summary>
    /// <param name="user">User vector.</param>
    /// <param name="positive">Vector of the item the user took.</param>
    /// <param name="negative">Vector of the item the user did not take.</param>
    /// <param name="scale">Factor of the gradient, such as 1 / batch size. The loss returned is not scaled.</param>
    /// <param name="userGradient">Gradient of the user; added to.</param>
    /// <param name="positiveGradient">Gradient of the positive item; added to.</param>
    /// <param name="negativeGradient">Gradient of the negative item; added to. Gradients may be the same row: each is added in turn.</param>
    /// <returns>The loss of the triple.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float Step(
        ReadOnlySpan<float> user, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, float scale,
        Span<float> userGradient, Span<float> positiveGradient, Span<float> negativeGradient)
    {
        int dimension = user.Length;
        Guard.Length(positive.Length, dimension, nameof(positive), "as long as the user's vector");
        Guard.Length(negative.Length, dimension, nameof(negative), "as long as the user's vector");
        Guard.Length(userGradient.Length, dimension, nameof(userGradient), "as long as the user's vector");
        Guard.Length(positiveGradient.Length, dimension, nameof(positiveGradient), "as long as the user's vector");
        Guard.Length(negativeGradient.Length, dimension, nameof(negativeGradient), "as long as the user's vector");
        if (!KernelPath.UseVector || dimension < Vector<float>.Count)
            return BprReference.Step(user, positive, negative, scale, userGradient, positiveGradient, negativeGradient);

        int whole = dimension - (dimension % Vector<float>.Count);
        float margin = Margin(user, positive, negative, whole) + BprReference.Margin(user[whole..], positive[whole..], negative[whole..]);
        float slope = scale * Slope(margin);
        AddGradients(user, positive, negative, slope, userGradient, positiveGradient, negativeGradient, whole);
        BprReference.AddGradients(
            user[whole..], positive[whole..], negative[whole..], slope, userGradient[whole..], positiveGradient[whole..], negativeGradient[whole..]);
        return Loss(margin);
    }

    /// <summary>-ln sigmoid(x) = ln(1 + e^-x), without overflow: max(-x, 0) + ln(1 + e^-|x|).</summary>
    public static float Loss(float margin) => MathF.Max(-margin, 0) + LogOnePlus(MathF.Exp(-MathF.Abs(margin)));

    /// <summary>Its derivative, -sigmoid(-x) = -1 / (1 + e^x), without overflow.</summary>
    public static float Slope(float margin)
    {
        float e = MathF.Exp(-MathF.Abs(margin));
        return margin >= 0 ? -e / (1 + e) : -1 / (1 + e);
    }

    private static float Margin(ReadOnlySpan<float> user, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, int whole)
    {
        ref float u0 = ref MemoryMarshal.GetReference(user);
        ref float p0 = ref MemoryMarshal.GetReference(positive);
        ref float n0 = ref MemoryMarshal.GetReference(negative);
        Vector<float> sum = Vector<float>.Zero;
        for (int j = 0; j < whole; j += Vector<float>.Count)
        {
            Vector<float> difference = Vector.LoadUnsafe(ref p0, (nuint)j) - Vector.LoadUnsafe(ref n0, (nuint)j);
            sum = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref u0, (nuint)j), difference, sum);
        }
        return Vector.Sum(sum);
    }

    private static void AddGradients(
        ReadOnlySpan<float> user, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, float slope,
        Span<float> userGradient, Span<float> positiveGradient, Span<float> negativeGradient, int whole)
    {
        ref float u0 = ref MemoryMarshal.GetReference(user);
        ref float p0 = ref MemoryMarshal.GetReference(positive);
        ref float n0 = ref MemoryMarshal.GetReference(negative);
        ref float ug = ref MemoryMarshal.GetReference(userGradient);
        ref float pg = ref MemoryMarshal.GetReference(positiveGradient);
        ref float ng = ref MemoryMarshal.GetReference(negativeGradient);
        var factor = new Vector<float>(slope);
        for (nuint j = 0; j < (nuint)whole; j += (nuint)Vector<float>.Count)
        {
            Vector<float> u = factor * Vector.LoadUnsafe(ref u0, j);
            Vector<float> difference = Vector.LoadUnsafe(ref p0, j) - Vector.LoadUnsafe(ref n0, j);
            // Loaded and stored one after another: gradients that are the same row are added in turn.
            Vector.FusedMultiplyAdd(factor, difference, Vector.LoadUnsafe(ref ug, j)).StoreUnsafe(ref ug, j);
            (Vector.LoadUnsafe(ref pg, j) + u).StoreUnsafe(ref pg, j);
            (Vector.LoadUnsafe(ref ng, j) - u).StoreUnsafe(ref ng, j);
        }
    }

    // ln(1 + e) for e in [0, 1]: in double the sum keeps every bit of e that a float result can show.
    private static float LogOnePlus(float e) => e < 1e-4f ? e - (0.5f * e * e) : (float)Math.Log(1 + (double)e);
}
