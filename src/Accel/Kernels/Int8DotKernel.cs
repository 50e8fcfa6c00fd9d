using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Scores of one query of 16 bits against consecutive rows of a table of 8 bits: <c>scores[i] = (q . row[first + i]) * (s_row * s_q)</c>. The sums are exact integers of 32 bits, so both
/// paths give the same bytes. Rows are padded to blocks of 32, so there is no remainder of a row; four rows share one reduction.
/// </summary>
internal static unsafe class Int8DotKernel
{
    private const int RowsAtATime = 4;

    // Rows are read once, in order: the hardware's own prefetcher stops at each page, this one does not.
    private const int PrefetchBytes = 2048;

    /// <summary>The largest element a query of 16 bits may have, so that a sum over the dimension fits 32 bits.</summary>
    public static int LargestElement(int dimension) => Math.Min(short.MaxValue, int.MaxValue / (127 * dimension));

    /// <summary>Rounds a query: <c>s = max |q_j| / L</c>, <c>round-half-to-even(q_j / s)</c>, with L the <see cref="LargestElement"/>.</summary>
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
            Guard.Throw(nameof(firstRow), $"Rows {firstRow} to {firstRow + scores.Length - 1} are asked for; the table has {table.Rows}, numbered from 0.");
        if (!KernelPath.UseVector || !Avx2.IsSupported)
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
                for (int ahead = 0; ahead < RowsAtATime * stride; ahead += 64)
                    Sse.PrefetchNonTemporal(row + PrefetchBytes + ahead);
                Vector128<int> sums = Sum4(Row(q, row, stride), Row(q, row + stride, stride), Row(q, row + (2 * (nint)stride), stride), Row(q, row + (3 * (nint)stride), stride));
                (Vector128.ConvertToSingle(sums) * (Vector128.Load(scales + firstRow + i) * factor)).Store(to + i);
            }

            for (; i < scores.Length; i++, row += stride)
                to[i] = Vector256.Sum(Row(q, row, stride)) * (scales[firstRow + i] * queryScale);
        }
    }

    // Eight partial sums of one row.
    private static Vector256<int> Row(short* query, sbyte* row, int stride)
    {
        if (Avx512BW.IsSupported && Vector512.IsHardwareAccelerated)
        {
            Vector512<int> sum = Vector512<int>.Zero;
            for (int j = 0; j < stride; j += 32)
                sum += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(row + j)), Vector512.Load(query + j));
            return sum.GetLower() + sum.GetUpper();
        }

        Vector256<int> low = Vector256<int>.Zero, high = Vector256<int>.Zero;
        for (int j = 0; j < stride; j += 32)
        {
            low += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(row + j), Vector256.Load(query + j));
            high += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(row + j + 16), Vector256.Load(query + j + 16));
        }

        return low + high;
    }

    private static Vector128<int> Sum4(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        Vector256<int> all = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
        return all.GetLower() + all.GetUpper();
    }
}
