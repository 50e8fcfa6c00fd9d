using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Scores of one query of 16 bits against consecutive rows of a table of 8 bits:
/// <c>scores[i] = (q . row[first + i]) * (s_row * s_q)</c>. The sums are exact integers of 32 bits, so all paths give the same bytes.
/// Rows are padded to blocks of 32, so there is no remainder of a row; four rows share one reduction.
/// </summary>
internal static unsafe class Int8DotKernel
{
    private const int RowsAtATime = 4;

    // Rows are read once, in order: the hardware's own prefetcher stops at each page, this one does not.
    private const int PrefetchBytes = 2048;

    private static bool Use256 => KernelPath.Use256 && Avx2.IsSupported;

    /// <summary>The largest element a query of 16 bits may have, so that a sum over the dimension fits 32 bits.</summary>
    public static int LargestElement(int dimension) => Math.Min(short.MaxValue, int.MaxValue / (127 * dimension));

    /// <summary>
    /// Rounds a query: <c>s = max |q_j| / L</c>, <c>round-half-to-even(q_j / s)</c>, with L the <see cref="LargestElement"/>.
    /// </summary>
    /// <param name="query">Dimension elements, finite.</param>
    /// <param name="rounded">Receives the numbers, and zeros in its padding.</param>
    /// <returns>The scale; 0 for a query of zeros.</returns>
    public static float Round(ReadOnlySpan<float> query, Span<short> rounded)
    {
        int most = LargestElement(query.Length);
        float largest = 0;
        foreach (float value in query)
            largest = Math.Max(largest, Math.Abs(value));
        rounded.Clear();
        float scale = largest / most;
        if (!(scale > 0))
            return 0;
        for (int j = 0; j < query.Length; j++)
            rounded[j] = (short)Math.Clamp(MathF.Round(query[j] / scale), -most, most);
        return scale;
    }

    /// <summary>Computes the scores.</summary>
    /// <param name="query">One stride of the table long, zero in the padding; no element above <see cref="LargestElement"/>.</param>
    /// <param name="queryScale">What the query's numbers are multiples of.</param>
    /// <param name="table">The rows.</param>
    /// <param name="firstRow">Row of the first score.</param>
    /// <param name="scores">One for each row.</param>
    /// <exception cref="ArgumentException">A length does not match.</exception>
    public static void Dot(ReadOnlySpan<short> query, float queryScale, Int8Table table, int firstRow, Span<float> scores)
    {
        Guard.Length(query.Length, table.RowStride, nameof(query), "a row with its padding");
        if (firstRow < 0 || firstRow > table.Rows - scores.Length)
            Guard.Throw(
                nameof(firstRow),
                $"Rows {firstRow} to {firstRow + scores.Length - 1} are asked for; the table has {table.Rows}, numbered from 0.");
        if (!KernelPath.UseVector)
        {
            Int8DotReference.Dot(query, queryScale, table, firstRow, scores);
            return;
        }

        int stride = table.RowStride, i = 0;
        fixed (short* q = query)
        fixed (sbyte* rows = table.Storage.Span)
        fixed (float* scales = table.Scales, to = scores)
        {
            sbyte* row = rows + ((nint)firstRow * stride);
            Vector128<float> factor = Vector128.Create(queryScale);
            for (; i <= scores.Length - RowsAtATime; i += RowsAtATime, row += (nint)RowsAtATime * stride)
            {
                for (int ahead = 0; ahead < RowsAtATime * stride && Sse.IsSupported; ahead += 64)
                    Sse.PrefetchNonTemporal(row + PrefetchBytes + ahead);
                Vector128<int> sums = Use256 ? Four256(q, row, stride) : Four128(q, row, stride);
                (Vector128.ConvertToSingle(sums) * (Vector128.Load(scales + firstRow + i) * factor)).Store(to + i);
            }

            for (; i < scores.Length; i++, row += stride)
            {
                int sum = Use256 ? Vector256.Sum(Row256(q, row, stride)) : Vector128.Sum(Row128(q, row, stride));
                to[i] = sum * (scales[firstRow + i] * queryScale);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Four256(short* query, sbyte* row, nint stride)
    {
        Vector256<int> a = Row256(query, row, stride), b = Row256(query, row + stride, stride);
        Vector256<int> c = Row256(query, row + (2 * stride), stride), d = Row256(query, row + (3 * stride), stride);
        Vector256<int> all = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
        return all.GetLower() + all.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Four128(short* query, sbyte* row, nint stride)
    {
        Vector128<int> a = Row128(query, row, stride), b = Row128(query, row + stride, stride);
        Vector128<int> c = Row128(query, row + (2 * stride), stride), d = Row128(query, row + (3 * stride), stride);
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.AddPairwise(AdvSimd.Arm64.AddPairwise(a, b), AdvSimd.Arm64.AddPairwise(c, d));
        return Vector128.Create(Vector128.Sum(a), Vector128.Sum(b), Vector128.Sum(c), Vector128.Sum(d));
    }

    // Eight partial sums of one row.
    private static Vector256<int> Row256(short* query, sbyte* row, nint stride)
    {
        if (KernelPath.Use512 && Avx512BW.IsSupported)
        {
            Vector512<int> sum = Vector512<int>.Zero;
            for (nint j = 0; j < stride; j += 32)
                sum += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(row + j)), Vector512.Load(query + j));
            return sum.GetLower() + sum.GetUpper();
        }

        Vector256<int> low = Vector256<int>.Zero, high = Vector256<int>.Zero;
        for (nint j = 0; j < stride; j += 32)
        {
            low += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(row + j), Vector256.Load(query + j));
            high += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(row + j + 16), Vector256.Load(query + j + 16));
        }

        return low + high;
    }

    // Four partial sums of one row.
    private static Vector128<int> Row128(short* query, sbyte* row, nint stride)
    {
        Vector128<int> low = Vector128<int>.Zero, high = Vector128<int>.Zero;
        for (nint j = 0; j < stride; j += 16)
        {
            var (first, second) = Vector128.Widen(Vector128.Load(row + j));
            low = WordPairs.Accumulate(low, first, Vector128.Load(query + j));
            high = WordPairs.Accumulate(high, second, Vector128.Load(query + j + 8));
        }

        return low + high;
    }
}
