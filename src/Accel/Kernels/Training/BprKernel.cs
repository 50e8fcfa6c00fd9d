using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
    /// <param name="negativeGradient">Gradient of the negative item; added to. Gradients may be the same row:
    /// each is added in turn.</param>
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
        if (KernelPath.Use256)
            return Step<Lanes256, Vector256<float>>(user, positive, negative, scale, userGradient, positiveGradient, negativeGradient);
        if (KernelPath.UseVector)
            return Step<Lanes128, Vector128<float>>(user, positive, negative, scale, userGradient, positiveGradient, negativeGradient);
        return BprReference.Step(user, positive, negative, scale, userGradient, positiveGradient, negativeGradient);
    }

    /// <summary>-ln sigmoid(x) = ln(1 + e^-x), without overflow: max(-x, 0) + ln(1 + e^-|x|).</summary>
    public static float Loss(float margin) => MathF.Max(-margin, 0) + LogOnePlus(MathF.Exp(-MathF.Abs(margin)));

    /// <summary>Its derivative, -sigmoid(-x) = -1 / (1 + e^x), without overflow.</summary>
    public static float Slope(float margin)
    {
        float e = MathF.Exp(-MathF.Abs(margin));
        return margin >= 0 ? -e / (1 + e) : -1 / (1 + e);
    }

    private static float Step<TLanes, TVector>(
        ReadOnlySpan<float> user, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, float scale,
        Span<float> userGradient, Span<float> positiveGradient, Span<float> negativeGradient)
        where TLanes : struct, IMathLanes<TVector>
        where TVector : struct
    {
        if (user.Length < TLanes.Count)
            return BprReference.Step(user, positive, negative, scale, userGradient, positiveGradient, negativeGradient);

        int whole = user.Length - (user.Length % TLanes.Count);
        float margin = Margin<TLanes, TVector>(user, positive, negative, whole)
            + BprReference.Margin(user[whole..], positive[whole..], negative[whole..]);
        float slope = scale * Slope(margin);
        AddGradients<TLanes, TVector>(user, positive, negative, slope, userGradient, positiveGradient, negativeGradient, whole);
        BprReference.AddGradients(
            user[whole..], positive[whole..], negative[whole..], slope, userGradient[whole..], positiveGradient[whole..],
            negativeGradient[whole..]);
        return Loss(margin);
    }

    private static float Margin<TLanes, TVector>(
        ReadOnlySpan<float> user, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, int whole)
        where TLanes : struct, IMathLanes<TVector>
        where TVector : struct
    {
        ref float u0 = ref MemoryMarshal.GetReference(user);
        ref float p0 = ref MemoryMarshal.GetReference(positive);
        ref float n0 = ref MemoryMarshal.GetReference(negative);
        TVector sum = default;
        for (nuint j = 0; j < (nuint)whole; j += (nuint)TLanes.Count)
        {
            TVector difference = TLanes.Subtract(TLanes.Load(ref p0, j), TLanes.Load(ref n0, j));
            sum = TLanes.FusedMultiplyAdd(TLanes.Load(ref u0, j), difference, sum);
        }
        return TLanes.Sum(sum);
    }

    private static void AddGradients<TLanes, TVector>(
        ReadOnlySpan<float> user, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, float slope,
        Span<float> userGradient, Span<float> positiveGradient, Span<float> negativeGradient, int whole)
        where TLanes : struct, IMathLanes<TVector>
        where TVector : struct
    {
        ref float u0 = ref MemoryMarshal.GetReference(user);
        ref float p0 = ref MemoryMarshal.GetReference(positive);
        ref float n0 = ref MemoryMarshal.GetReference(negative);
        ref float ug = ref MemoryMarshal.GetReference(userGradient);
        ref float pg = ref MemoryMarshal.GetReference(positiveGradient);
        ref float ng = ref MemoryMarshal.GetReference(negativeGradient);
        TVector factor = TLanes.Fill(slope);
        for (nuint j = 0; j < (nuint)whole; j += (nuint)TLanes.Count)
        {
            TVector u = TLanes.Multiply(factor, TLanes.Load(ref u0, j));
            TVector difference = TLanes.Subtract(TLanes.Load(ref p0, j), TLanes.Load(ref n0, j));
            // Loaded and stored one after another: gradients that are the same row are added in turn.
            TLanes.Store(TLanes.FusedMultiplyAdd(factor, difference, TLanes.Load(ref ug, j)), ref ug, j);
            TLanes.Store(TLanes.Add(TLanes.Load(ref pg, j), u), ref pg, j);
            TLanes.Store(TLanes.Subtract(TLanes.Load(ref ng, j), u), ref ng, j);
        }
    }

    // ln(1 + e) for e in [0, 1]: in double the sum keeps every bit of e that a float result can show.
    private static float LogOnePlus(float e) => e < 1e-4f ? e - (0.5f * e * e) : (float)Math.Log(1 + (double)e);
}
