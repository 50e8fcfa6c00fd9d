namespace HybridRec.MLNet.Accel.Tests;

/// <summary>Gradients by central differences.</summary>
internal static class FiniteDifference
{
    private const float Step = 1e-3f;

    /// <summary>The gradient of a double-precision loss at a float point; the point is restored.</summary>
    public static double[] Gradient(float[] point, Func<float[], double> loss)
    {
        double[] gradient = new double[point.Length];
        for (int i = 0; i < point.Length; i++)
        {
            float middle = point[i];
            point[i] = middle + Step;
            (double above, double high) = (loss(point), point[i]);
            point[i] = middle - Step;
            // The distance that float arithmetic really took.
            gradient[i] = (above - loss(point)) / (high - point[i]);
            point[i] = middle;
        }
        return gradient;
    }
}
