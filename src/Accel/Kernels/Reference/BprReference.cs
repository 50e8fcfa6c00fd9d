namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="BprKernel"/>.</summary>
internal static class BprReference
{
    /// <inheritdoc cref="BprKernel.Step"/>
    public static float Step(
        ReadOnlySpan<float> user, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, float scale,
        Span<float> userGradient, Span<float> positiveGradient, Span<float> negativeGradient)
    {
        float margin = 0;
        for (int j = 0; j < user.Length; j++)
            margin += user[j] * (positive[j] - negative[j]);
        float slope = scale * BprKernel.Slope(margin);
        for (int j = 0; j < user.Length; j++)
        {
            userGradient[j] += slope * (positive[j] - negative[j]);
            positiveGradient[j] += slope * user[j];
            negativeGradient[j] -= slope * user[j];
        }
        return BprKernel.Loss(margin);
    }
}
