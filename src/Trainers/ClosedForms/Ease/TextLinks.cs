using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Dense;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// EASE on the items' text vectors t_i (length 1), C_ij = -P_ij / P_jj with P = (T T^T + l I)^-1 over items, without a matrix of items x
/// items: by Woodbury P = (I - T S T^T) / l with S = (T^T T + l I)^-1 over dimensions, so that with y_j = S t_j and w_j = 1 / (1 - t_j .
/// y_j) it is C_ij = (t_i . y_j) w_j off the diagonal.
/// </summary>
internal sealed class TextLinks
{
    private const float LeastRest = 1e-5f; // 1 - t.y is l P_jj, above 0; rounding must not make it less

    private readonly Lazy<PackedMatrix> _packed;

    /// <param name="vectors">Items x dimension, as read; taken over and brought to length 1.</param>
    /// <param name="items">Items.</param>
    /// <param name="ridge">l.</param>
    /// <param name="threads">Threads; 0: all cores.</param>
    public TextLinks(float[] vectors, int items, float ridge, int threads)
    {
        Items = items;
        Dimension = vectors.Length / items;
        Vectors = vectors;
        for (int item = 0; item < items; item++)
        {
            var row = vectors.AsSpan(item * Dimension, Dimension);
            // Through the largest element, so that no square overflows or vanishes.
            float largest = TensorPrimitives.MaxMagnitude((ReadOnlySpan<float>)row);
            if (largest == 0)
                continue;
            TensorPrimitives.Divide(row, Math.Abs(largest), row);
            TensorPrimitives.Divide(row, TensorPrimitives.Norm((ReadOnlySpan<float>)row), row);
        }

        _packed = new Lazy<PackedMatrix>(() =>
        {
            var packed = new PackedMatrix();
            packed.Pack(Vectors, Dimension, Items, transposed: true);
            return packed;
        });
        float[] inverse = Inverse(ridge, threads);
        Scaled = new float[vectors.Length];
        MatMulKernel.Multiply(vectors, inverse, Scaled, items, Dimension, Dimension, threads: threads);
        Shares = new float[items];
        for (int item = 0; item < items; item++)
        {
            var row = Scaled.AsSpan(item * Dimension, Dimension);
            float share = TensorPrimitives.Dot(Of(item), row);
            float weight = 1 / Math.Max(LeastRest, 1 - share);
            TensorPrimitives.Multiply(row, weight, row);
            Shares[item] = share * weight;
        }
    }

    public int Items { get; }

    public int Dimension { get; }

    /// <summary>t_i, items x dimension.</summary>
    public float[] Vectors { get; }

    /// <summary>y_j w_j, items x dimension.</summary>
    public float[] Scaled { get; }

    /// <summary>(t_j . y_j) w_j: what the product T (Y W)^T has on the diagonal, where C has 0.</summary>
    public float[] Shares { get; }

    /// <summary>T^T, dimension x items, packed: the right factor of products with all items.</summary>
    public PackedMatrix Packed => _packed.Value;

    /// <summary>C_ij for i other than j.</summary>
    public float Link(int i, int j) => TensorPrimitives.Dot(Of(i), Scaled.AsSpan(j * Dimension, Dimension));

    private ReadOnlySpan<float> Of(int item) => Vectors.AsSpan(item * Dimension, Dimension);

    private float[] Inverse(float ridge, int threads)
    {
        float[] gram = new float[checked(Dimension * Dimension)];
        MatMulKernel.MultiplyTransposedLeft(Vectors, Vectors, gram, Dimension, Dimension, Items, threads: threads);
        var tiles = new SymmetricTiles(Dimension);
        int size = tiles.TileSize;
        for (int row = 0; row < Dimension; row++)
        {
            for (int column = 0; column < Math.Min(Dimension, ((row / size) + 1) * size); column++)
                tiles.Tile(row / size, column / size)[(row % size * size) + (column % size)] = gram[(row * Dimension) + column];
        }
        tiles.AddToDiagonal(ridge);
        SpdInverse.Negated(tiles, threads);
        var inverse = tiles.TakePanels(-1);
        for (int row = 0; row < Dimension; row++)
            inverse.Row(row).CopyTo(gram.AsSpan(row * Dimension));
        return gram;
    }
}
