using System.Runtime.Intrinsics.Arm;
using HybridRec.MLNet.Accel.Kernels.Reference;
using Block128 = HybridRec.MLNet.Accel.Kernels.BlockTile<HybridRec.MLNet.Accel.Kernels.TwoTiles<HybridRec.MLNet.Accel.Kernels.TwoTiles<
    HybridRec.MLNet.Accel.Kernels.HalvesTile<HybridRec.MLNet.Accel.Kernels.Lanes128, System.Runtime.Intrinsics.Vector128<float>>>>>;
using Block256 = HybridRec.MLNet.Accel.Kernels.BlockTile<HybridRec.MLNet.Accel.Kernels.TwoTiles<
    HybridRec.MLNet.Accel.Kernels.HalvesTile<HybridRec.MLNet.Accel.Kernels.Lanes256, System.Runtime.Intrinsics.Vector256<float>>>>;
using Block512 = HybridRec.MLNet.Accel.Kernels.BlockTile<
    HybridRec.MLNet.Accel.Kernels.HalvesTile<HybridRec.MLNet.Accel.Kernels.Lanes512, System.Runtime.Intrinsics.Vector512<float>>>;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// <see cref="SpmmKernel"/> over a table of <see cref="BFloat16Table"/>: half as many bytes are gathered, sums are of float. The result
/// has the bytes of the product over the rounded floats. Tiles are of 128, 64 or 32 columns with 512-bit registers, of 64 or 32 without;
/// the last block is computed whole and what exists of it copied out.
/// </summary>
internal static unsafe class SpmmBFloat16Kernel
{
    /// <summary>Computes rows <paramref name="firstRow"/> to <paramref name="endRow"/> (exclusive) of y = a * x.</summary>
    /// <param name="a">R x C sparse matrix.</param>
    /// <param name="x">C packed rows.</param>
    /// <param name="y">R x dimension table, row-major; the rows named are overwritten, the others left alone.</param>
    /// <param name="dimension">Columns of both.</param>
    /// <param name="firstRow">First row to compute.</param>
    /// <param name="endRow">Row after the last to compute.</param>
    /// <exception cref="ArgumentException">A length does not match.</exception>
    public static void Multiply(CsrMatrix a, ReadOnlySpan<uint> x, Span<float> y, int dimension, int firstRow, int endRow)
    {
        Guard.AtLeast(dimension, 1, nameof(dimension));
        int words = BFloat16Table.RowWords(dimension);
        Guard.Length(x.Length, (long)a.Columns * words, nameof(x), "columns of the matrix * words of a row");
        Guard.Length(y.Length, (long)a.Rows * dimension, nameof(y), "rows of the matrix * dimension");
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(endRow, a.Rows);
        if (!KernelPath.UseVector)
        {
            SpmmBFloat16Reference.Multiply(a, x, y, dimension, firstRow, endRow);
            return;
        }

        fixed (int* offsets = a.RowOffsets, columns = a.ColumnIndices)
        fixed (float* values = a.Values, destination = y)
        fixed (uint* source = x)
        {
            var pass = new SpmmPass(offsets, columns, values, a.NonZeros - 1, words, dimension, firstRow, endRow);
            for (int j = 0; j < dimension;)
                j += Tile(
                    pass, dimension - j, (float*)source + (j / BFloat16Table.BlockColumns * BFloat16Table.BlockWords), destination + j);
        }
    }

    private static int Tile(in SpmmPass pass, int left, float* x, float* y) => left switch
    {
        >= 128 when KernelPath.Use512 => pass.Rows<TwoTiles<TwoTiles<Block512>>>(x, y),
        >= 64 when KernelPath.Use512 => pass.Rows<TwoTiles<Block512>>(x, y),
        >= 32 when KernelPath.Use512 => pass.Rows<Block512>(x, y),
        _ when KernelPath.Use512 => pass.Edge<Block512>(x, y, left),
        >= 64 when KernelPath.Use256 => pass.Rows<TwoTiles<Block256>>(x, y),
        >= 32 when KernelPath.Use256 => pass.Rows<Block256>(x, y),
        _ when KernelPath.Use256 => pass.Edge<Block256>(x, y, left),
        >= 64 when AdvSimd.IsSupported => pass.Rows<TwoTiles<Block128>>(x, y),
        >= 32 => pass.Rows<Block128>(x, y),
        _ => pass.Edge<Block128>(x, y, left),
    };
}
