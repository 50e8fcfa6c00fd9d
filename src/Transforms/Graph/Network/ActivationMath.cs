using System.Numerics.Tensors;

namespace HybridRec.MLNet.Graph;

/// <summary>The functions of <see cref="GraphActivation"/> and their slopes.</summary>
internal static class ActivationMath
{
    private const float LeakySlope = 0.2f;

    /// <summary>sigma of each value, in place.</summary>
    public static void Apply(GraphActivation activation, Span<float> values)
    {
        switch (activation)
        {
            case GraphActivation.LeakyReLU:
                for (int i = 0; i < values.Length; i++)
                    values[i] = values[i] > 0 ? values[i] : LeakySlope * values[i];
                break;
            case GraphActivation.ReLU:
                TensorPrimitives.Max(values, 0f, values);
                break;
            case GraphActivation.Tanh:
                TensorPrimitives.Tanh(values, values);
                break;
        }
    }

    /// <summary>
    /// gradient o sigma'. The slopes can be told from the activated value: the ReLUs keep the sign, and tanh' = 1 - tanh^2. The
    /// destination may be the gradient.
    /// </summary>
    public static void MultiplyBySlope(
        GraphActivation activation, ReadOnlySpan<float> activated, ReadOnlySpan<float> gradient, Span<float> destination)
    {
        switch (activation)
        {
            case GraphActivation.LeakyReLU:
                for (int i = 0; i < destination.Length; i++)
                    destination[i] = activated[i] > 0 ? gradient[i] : LeakySlope * gradient[i];
                break;
            case GraphActivation.ReLU:
                for (int i = 0; i < destination.Length; i++)
                    destination[i] = activated[i] > 0 ? gradient[i] : 0;
                break;
            case GraphActivation.Tanh:
                for (int i = 0; i < destination.Length; i++)
                    destination[i] = gradient[i] * (1 - (activated[i] * activated[i]));
                break;
            default:
                gradient.CopyTo(destination);
                break;
        }
    }
}
