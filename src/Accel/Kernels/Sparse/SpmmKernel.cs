using System.Runtime.Intrinsics.Arm;
using HybridRec.MLNet.Accel.Kernels.Reference;
using Single128 = HybridRec.MLNet.Accel.Kernels.SingleTile<
    HybridRec.MLNet.Accel.Kernels.Lanes128, System.Runtime.Intrinsics.Vector128<float>>;
using Single256 = HybridRec.MLNet.Accel.Kernels.SingleTile<
    HybridRec.MLNet.Accel.Kernels.Lanes256, System.Runtime.Intrinsics.Vector256<float>>;
using Single512 = HybridRec.MLNet.Accel.Kernels.SingleTile<
    HybridRec.MLNet.Accel.Kernels.Lanes512, System.Runtime.Intrinsics.Vector512<float>>;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Sparse times dense: y[r, :] = sum over entries (r, c, w) of w * x[c, :], in column order.
/// <para>The columns of x are covered, from the left, by tiles as wide as fit: with 512-bit registers 128, 64 or 32 columns, else
/// 64 or 32, then one register, and the last columns one by one. A tile keeps its sums of a row in registers over all entries of the row.
/// So d = 32, 64 and 128 are one pass that reads each neighbor once; other widths read the entries once a tile. Registers of 128 bits
/// hold 64 columns where there are 32 of them (arm64), and 32 where there are 16.</para>
/// <para>Rows of x are gathered from anywhere: a wide tile asks for the row of a coming entry while it adds the current one.</para>
/// </summary>
internal static unsafe class SpmmKernel
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
        if (!KernelPath.UseVector)
        {
            SpmmReference.Multiply(a, x, y, dimension, firstRow, endRow);
            return;
        }

        fixed (int* offsets = a.RowOffsets, columns = a.ColumnIndices)
        fixed (float* values = a.Values, source = x, destination = y)
        {
            var pass = new SpmmPass(offsets, columns, values, a.NonZeros - 1, dimension, dimension, firstRow, endRow);
            for (int j = 0; j < dimension;)
                j += Tile(pass, dimension - j, source + j, destination + j);
        }
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

    private static int Tile(in SpmmPass pass, int left, float* x, float* y) => left switch
    {
        >= 128 when KernelPath.Use512 => pass.Rows<TwoTiles<TwoTiles<TwoTiles<Single512>>>>(x, y),
        >= 64 when KernelPath.Use512 => pass.Rows<TwoTiles<TwoTiles<Single512>>>(x, y),
        >= 32 when KernelPath.Use512 => pass.Rows<TwoTiles<Single512>>(x, y),
        >= 64 when KernelPath.Use256 => pass.Rows<TwoTiles<TwoTiles<TwoTiles<Single256>>>>(x, y),
        >= 32 when KernelPath.Use256 => pass.Rows<TwoTiles<TwoTiles<Single256>>>(x, y),
        >= 8 when KernelPath.Use256 => pass.Rows<Single256>(x, y),
        >= 64 when AdvSimd.IsSupported => pass.Rows<TwoTiles<TwoTiles<TwoTiles<TwoTiles<Single128>>>>>(x, y),
        >= 32 => pass.Rows<TwoTiles<TwoTiles<TwoTiles<Single128>>>>(x, y),
        >= 4 => pass.Rows<Single128>(x, y),
        _ => pass.Rows<ScalarTile>(x, y),
    };
}
