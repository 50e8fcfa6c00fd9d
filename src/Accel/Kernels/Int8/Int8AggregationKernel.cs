using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Aggregation in 8 bits: the bytes of <see cref="Int8AggregationReference"/>. Rows of tables are padded to whole blocks of 32, so there
/// is no remainder. Sums stay in 32 bits over at most 508 entries, where <c>508 * 2^15 * 2^7 + 2^23</c>, the half of the rounding
/// included, still fits; longer rows add such sums up in 64 bits.
/// </summary>
internal static unsafe class Int8AggregationKernel
{
    /// <summary>Most entries whose sums are kept in 32 bits.</summary>
    public const int NarrowEntries = 508;

    private const int StackColumns = 4096;

    private const int PrefetchDistance = 16;

    /// <summary>Rows of the result as numbers of a table, with their scales.</summary>
    /// <param name="a">The matrix.</param>
    /// <param name="x">The table gathered.</param>
    /// <param name="y">The result; the rows named are overwritten.</param>
    /// <param name="firstRow">First row to compute.</param>
    /// <param name="endRow">Row after the last to compute.</param>
    public static void Multiply(Int16Adjacency a, Int8Table x, Int8Table y, int firstRow, int endRow)
    {
        if (!KernelPath.UseVector)
        {
            Int8AggregationReference.Multiply(a, x, y, firstRow, endRow);
            return;
        }

        int stride = x.RowStride;
        Span<int> narrow = stride <= StackColumns ? stackalloc int[stride] : new int[stride];
        long[]? wide = null;
        fixed (int* columns = a.ColumnIndices, sums = narrow)
        fixed (short* weights = a.Weights)
        fixed (sbyte* source = x.Storage.Span, destination = y.Storage.Span)
        {
            var pass = new Pass(columns, weights, source, stride, a.NonZeros - 1);
            for (int row = firstRow; row < endRow; row++)
            {
                int first = a.RowOffsets[row], end = a.RowOffsets[row + 1];
                sbyte* bytes = destination + ((nint)row * stride);
                int shift;
                if (end - first <= NarrowEntries)
                {
                    Sum(pass, first, end, sums);
                    shift = BlockFloat.Shift(Magnitudes(sums, stride));
                    for (int j = 0; j < stride; j += Block(stride - j))
                        Pack(sums + j, shift, bytes + j, Block(stride - j));
                }
                else
                {
                    wide ??= new long[stride];
                    SumWide(pass, first, end, sums, wide);
                    long magnitudes = 0;
                    foreach (long sum in wide)
                        magnitudes |= BlockFloat.Magnitude(sum);
                    shift = BlockFloat.Shift(magnitudes);
                    for (int j = 0; j < x.Dimension; j++)
                        bytes[j] = BlockFloat.Round(wide[j], shift);
                }

                y.WritableScales[row] = BlockFloat.Scale(a.RowScales[row], shift, row);
            }
        }
    }

    /// <summary>Rows of the result as sums of 32 bits.</summary>
    /// <param name="a">The matrix.</param>
    /// <param name="x">The table gathered.</param>
    /// <param name="y">Rows x dimension; the rows named are overwritten.</param>
    /// <param name="firstRow">First row to compute.</param>
    /// <param name="endRow">Row after the last to compute.</param>
    public static void MultiplyRaw(Int16Adjacency a, Int8Table x, Span<int> y, int firstRow, int endRow)
    {
        if (!KernelPath.UseVector)
        {
            Int8AggregationReference.MultiplyRaw(a, x, y, firstRow, endRow);
            return;
        }

        int stride = x.RowStride;
        Span<int> narrow = stride <= StackColumns ? stackalloc int[stride] : new int[stride];
        long[] wide = new long[stride];
        fixed (int* columns = a.ColumnIndices, sums = narrow)
        fixed (short* weights = a.Weights)
        fixed (sbyte* source = x.Storage.Span)
        {
            var pass = new Pass(columns, weights, source, stride, a.NonZeros - 1);
            for (int row = firstRow; row < endRow; row++)
            {
                SumWide(pass, a.RowOffsets[row], a.RowOffsets[row + 1], sums, wide);
                Span<int> to = y.Slice(row * x.Dimension, x.Dimension);
                for (int j = 0; j < to.Length; j++)
                    to[j] = BlockFloat.Saturate(wide[j]);
            }
        }
    }

    // The sums of some entries, at most NarrowEntries, block after block in the order of its tile.
    private static void Sum(in Pass pass, int first, int end, int* sums)
    {
        for (int j = 0; j < pass.Stride;)
        {
            j += (pass.Stride - j) switch
            {
                >= 64 when KernelPath.Use512 => Tile<Int8Tile512>(pass, first, end, j, sums + j),
                >= 64 when KernelPath.Use256 => Tile<Int8Two<Int8Tile256>>(pass, first, end, j, sums + j),
                _ when KernelPath.Use256 => Tile<Int8Tile256>(pass, first, end, j, sums + j),
                >= 64 when AdvSimd.IsSupported => Tile<Int8Two<Int8Two<Int8Tile128>>>(pass, first, end, j, sums + j), // 32 registers
                _ => Tile<Int8Two<Int8Tile128>>(pass, first, end, j, sums + j),
            };
        }
    }

    private static int Tile<TTile>(in Pass pass, int first, int end, int column, int* sums)
        where TTile : struct, IInt8Tile
    {
        // Locals, not fields: the compiler then keeps them in registers.
        int* columns = pass.Columns;
        short* weights = pass.Weights;
        sbyte* source = pass.Source + column;
        nint stride = pass.Stride;
        int last = pass.LastEntry;
        TTile tile = default;
        int e = first;
        for (; e + 1 < end; e += 2)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(source + (columns[Math.Min(e + PrefetchDistance, last)] * stride));
                Sse.Prefetch0(source + (columns[Math.Min(e + PrefetchDistance + 1, last)] * stride));
            }

            tile.Add(*(int*)(weights + e), source + (columns[e] * stride), source + (columns[e + 1] * stride));
        }

        if (e < end)
        {
            sbyte* only = source + (columns[e] * stride);
            tile.Add((ushort)weights[e], only, only);
        }

        tile.Store(sums);
        return TTile.Width;
    }

    // The sums of any number of entries, in the order of columns.
    private static void SumWide(in Pass pass, int first, int end, int* sums, long[] wide)
    {
        Array.Clear(wide);
        for (int e = first; e < end; e += NarrowEntries)
        {
            Sum(pass, e, Math.Min(end, e + NarrowEntries), sums);
            for (int j = 0; j < pass.Stride; j += Block(pass.Stride - j))
            {
                int lanes = Block(pass.Stride - j) / 4;
                for (int i = 0; i < lanes * 4; i++)
                    wide[j + (i % lanes * 4) + (i / lanes)] += sums[j + i];
            }
        }
    }

    // Columns that share four registers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Block(int left)
    {
        if (!KernelPath.Use256)
            return Int8Tile128.Width;
        return left >= 64 && KernelPath.Use512 ? Int8Tile512.Width : Int8Tile256.Width;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pack(int* sums, int shift, sbyte* bytes, int block)
    {
        if (!KernelPath.Use256)
            Int8Tile128.Pack(sums, shift, bytes);
        else if (block == Int8Tile512.Width)
            Int8Tile512.Pack(sums, shift, bytes);
        else
            Int8Tile256.Pack(sums, shift, bytes);
    }

    private static uint Magnitudes(int* sums, int count)
    {
        Vector256<int> all = Vector256<int>.Zero;
        for (int j = 0; j < count; j += Vector256<int>.Count)
        {
            Vector256<int> sum = Vector256.Load(sums + j);
            all |= sum ^ (sum >> 31);
        }

        Vector128<int> four = all.GetLower() | all.GetUpper();
        ulong two = four.AsUInt64()[0] | four.AsUInt64()[1];
        return (uint)two | (uint)(two >> 32);
    }

    /// <summary>What the tiles of one call share.</summary>
    private readonly struct Pass(int* columns, short* weights, sbyte* source, int stride, int lastEntry)
    {
        public readonly int* Columns = columns;
        public readonly short* Weights = weights;
        public readonly sbyte* Source = source;
        public readonly int Stride = stride;
        public readonly int LastEntry = lastEntry;
    }
}
