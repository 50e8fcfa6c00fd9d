namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="BprKernel"/>.</summary>
internal static class BprReference
{
    /// <inheritdoc cref="BprKernel.Step"/>
    public static float Step(
        ReadOnlySpan<float> user, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, float scale,
        Span<float> userGradient, Span<float> positiveGradient, Span<float> negativeGradient)
    {
        float margin = Margin(user, positive, negative);
        AddGradients(user, positive, negative, scale * BprKernel.Slope(margin), userGradient, positiveGradient, negativeGradient);
        return BprKernel.Loss(margin);
    }

    /// <summary>user . (positive - negative).</summary>
    public static float Margin(ReadOnlySpan<float> user, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative)
    {
        float margin = 0;
        for (int j = 0; j < user.Length; j++)
            margin += user[j] * (positive[j] - negative[j]);
        return margin;
    }

    /// <summary>Adds slope times the derivatives of the margin.</summary>
    public static void AddGradients(
        ReadOnlySpan<float> user, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, float slope,
        Span<float> userGradient, Span<float> positiveGradient, Span<float> negativeGradient)
    {
        for (int j = 0; j < user.Length; j++)
        {
            userGradient[j] += slope * (positive[j] - negative[j]);
            positiveGradient[j] += slope * user[j];
            negativeGradient[j] -= slope * user[j];
        }
    }
}
