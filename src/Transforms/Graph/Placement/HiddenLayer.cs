using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// <c>phi(x) = LeakyReLU(x W1)</c>, the hidden layer of the MLP over node features: trained with it, and kept to
/// place nodes nobody has touched.
/// </summary>
internal sealed class HiddenLayer(float[] weights, int inputs)
{
    /// <summary>Most units: a row of them fits on the stack.</summary>
    public const int MostUnits = 4096;

    private const float NegativeSlope = 0.01f;

    /// <summary>W1, inputs x units.</summary>
    public float[] Weights { get; } = weights;

    public int Units { get; } = weights.Length / inputs;

    /// <summary>phi of each row.</summary>
    public void Apply(ReadOnlySpan<float> rows, Span<float> hidden, int threads = 1)
    {
        MatMulKernel.Multiply(rows, Weights, hidden, rows.Length / inputs, Units, inputs, threads: threads);

        // max(x, slope x) is x where positive, since the slope is below 1.
        for (int first = 0; first < hidden.Length; first += Units)
        {
            Span<float> row = hidden.Slice(first, Units);
            for (int i = 0; i < row.Length; i++)
                row[i] = MathF.Max(row[i], NegativeSlope * row[i]);
        }
    }

    /// <summary>gradient o phi', in place. The activated value tells the slope, since its sign is that of its argument.</summary>
    public static void MultiplyBySlope(ReadOnlySpan<float> hidden, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
            gradient[i] = hidden[i] > 0 ? gradient[i] : NegativeSlope * gradient[i];
    }
}
