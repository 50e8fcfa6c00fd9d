using System.Numerics.Tensors;

namespace HybridRec.MLNet.Graph;

/// <summary>Rows scaled to length 1, with the gradient of the scaling: for <c>a = x/|x|</c>, <c>dx = (da - (da.a) a)/|x|</c>.</summary>
internal sealed class CosineRows(int maxRows, int dimension)
{
    // A vector shorter than this has no direction worth a gradient; it is scaled as if it were this long.
    private const float LeastNorm = 1e-12f;

    private readonly float[] _norms = new float[maxRows];

    public void Forward(Span<float> rows)
    {
        for (int r = 0; r * dimension < rows.Length; r++)
        {
            Span<float> row = rows.Slice(r * dimension, dimension);
            _norms[r] = MathF.Max(TensorPrimitives.Norm((ReadOnlySpan<float>)row), LeastNorm);
            TensorPrimitives.Divide(row, _norms[r], row);
        }
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
