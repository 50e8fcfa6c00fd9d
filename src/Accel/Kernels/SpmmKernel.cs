using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>Sparse times dense: y[r, :] = sum over entries (r, c, w) of w * x[c, :], in column order.</summary>
internal static class SpmmKernel
{
    /// <summary>Computes rows <paramref name="firstRow"/> to <paramref name="endRow"/> (exclusive) of y = a * x.</summary>
    /// <param name="a">R x C sparse matrix.</param>
    /// <param name="x">C x dimension table, row-major.</param>
    /// <param name="y">R x dimension table, row-major; the rows named are overwritten, the others left alone.</param>
    /// <param name="dimension">Width of both tables.</param>
    /// <param name="firstRow">First row to compute.</param>
    /// <param name="endRow">Row after the last to compute.</param>
    /// <exception cref="ArgumentException">A length does not match, or the tables overlap.</exception>
    public static void Multiply(CsrMatrix a, ReadOnlySpan<float> x, Span<float> y, int dimension, int firstRow, int endRow)
    {
        Check(a, x, y, dimension);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(endRow, a.Rows);
        SpmmReference.Multiply(a, x, y, dimension, firstRow, endRow);
    }

    /// <summary>Checks the shapes of a product.</summary>
    public static void Check(CsrMatrix a, ReadOnlySpan<float> x, ReadOnlySpan<float> y, int dimension)
    {
        Guard.AtLeast(dimension, 1, nameof(dimension));
        Guard.Length(x.Length, (long)a.Columns * dimension, nameof(x), "columns of the matrix * dimension");
        Guard.Length(y.Length, (long)a.Rows * dimension, nameof(y), "rows of the matrix * dimension");
        if (x.Overlaps(y))
            Guard.Throw(nameof(y), $"The destination overlaps the source; give it a buffer of its own.");
    }
}
