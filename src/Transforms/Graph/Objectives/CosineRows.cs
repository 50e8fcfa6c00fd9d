using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>Rows scaled to length 1, with the gradient of the scaling: for <c>a = x/|x|</c>, <c>dx = (da - (da.a) a)/|x|</c>.</summary>
internal sealed class CosineRows(int maxRows, int dimension)
{
    // A vector shorter than this has no direction worth a gradient; it is scaled as if it were this long.
    private const float LeastNorm = 1e-12f;

    private float[] _norms = new float[maxRows];

    public void Forward(Span<float> rows)
    {
        GrowingBuffer.AtLeast(ref _norms, rows.Length / dimension);
        for (int r = 0; r * dimension < rows.Length; r++)
        {
            _norms[r] = Normalize(rows.Slice(r * dimension, dimension));
        }
    }

    /// <summary>Scales one row and gives what it was divided by.</summary>
    public static float Normalize(Span<float> row)
    {
        float norm = MathF.Max(TensorPrimitives.Norm((ReadOnlySpan<float>)row), LeastNorm);
        TensorPrimitives.Divide(row, norm, row);
        return norm;
    }

    /// <param name="units">What <see cref="Forward"/> left.</param>
    /// <param name="gradient">In: of the unit rows; out: of the rows before scaling.</param>
    public void Backward(ReadOnlySpan<float> units, Span<float> gradient)
    {
        for (int r = 0; r * dimension < units.Length; r++)
        {
            ReadOnlySpan<float> unit = units.Slice(r * dimension, dimension);
            Span<float> row = gradient.Slice(r * dimension, dimension);
            float along = TensorPrimitives.Dot(unit, (ReadOnlySpan<float>)row);
            TensorPrimitives.MultiplyAdd(unit, -along, row, row);
            TensorPrimitives.Divide(row, _norms[r], row);
        }
    }
}
