using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// Rows scaled to length 1, those of items to length <c>|x|^p</c>, with the gradient of the scaling: for <c>a = x/|x|</c> and
/// <c>y = |x|^p a</c>, <c>dx = |x|^p (dy + (p - 1) (dy.a) a)/|x|</c>.
/// </summary>
/// <param name="maxRows">Most rows expected; more are taken too.</param>
/// <param name="dimension">Length of a row.</param>
/// <param name="itemExponent">p of items; users have 0.</param>
/// <param name="firstItem">The first node that is an item.</param>
internal sealed class CosineRows(int maxRows, int dimension, float itemExponent = 0, int firstItem = 0)
{
    // A vector shorter than this has no direction worth a gradient; it is scaled as if it were this long.
    private const float LeastNorm = 1e-12f;

    private readonly float[] _unit = itemExponent == 0 ? [] : new float[dimension];
    private float[] _norms = new float[maxRows];

    /// <param name="rows">Scaled in place.</param>
    /// <param name="nodes">The node of each row; without it, row r is node r.</param>
    public void Forward(Span<float> rows, ReadOnlySpan<int> nodes = default)
    {
        GrowingBuffer.AtLeast(ref _norms, rows.Length / dimension);
        for (int r = 0; r * dimension < rows.Length; r++)
        {
            Span<float> row = rows.Slice(r * dimension, dimension);
            _norms[r] = Normalize(row);
            if (Exponent(r, nodes) is not 0 and float p)
                TensorPrimitives.Multiply(row, MathF.Pow(_norms[r], p), row);
        }
    }

    /// <summary>Scales one row and gives what it was divided by.</summary>
    public static float Normalize(Span<float> row)
    {
        float norm = MathF.Max(TensorPrimitives.Norm((ReadOnlySpan<float>)row), LeastNorm);
        TensorPrimitives.Divide(row, norm, row);
        return norm;
    }

    /// <param name="scaled">What <see cref="Forward"/> left.</param>
    /// <param name="gradient">In: of the scaled rows; out: of the rows before scaling.</param>
    /// <param name="nodes">As given to <see cref="Forward"/>.</param>
    public void Backward(ReadOnlySpan<float> scaled, Span<float> gradient, ReadOnlySpan<int> nodes = default)
    {
        for (int r = 0; r * dimension < scaled.Length; r++)
        {
            ReadOnlySpan<float> unit = scaled.Slice(r * dimension, dimension);
            Span<float> row = gradient.Slice(r * dimension, dimension);
            float p = Exponent(r, nodes);
            if (p != 0)
            {
                float length = MathF.Pow(_norms[r], p);
                TensorPrimitives.Divide(unit, length, _unit);
                unit = _unit;
                TensorPrimitives.Multiply(row, length, row);
            }

            float along = TensorPrimitives.Dot(unit, (ReadOnlySpan<float>)row);
            TensorPrimitives.MultiplyAdd(unit, (p - 1) * along, row, row);
            TensorPrimitives.Divide(row, _norms[r], row);
        }
    }

    private float Exponent(int row, ReadOnlySpan<int> nodes) => (nodes.IsEmpty ? row : nodes[row]) >= firstItem ? itemExponent : 0;
}
