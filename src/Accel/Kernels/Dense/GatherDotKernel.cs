using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>Scores of one query against rows of a table: scores[i] = query . table[rows[i], :].</summary>
internal static unsafe class GatherDotKernel
{
    // Rows in order are read once: the hardware's own prefetcher stops at each page, this one does not.
    private const int PrefetchBytes = 2048;

    /// <summary>Computes the dot products.</summary>
    /// <param name="query">The query vector, dimension elements.</param>
    /// <param name="table">T x dimension table, row-major.</param>
    /// <param name="dimension">Width of the table.</param>
    /// <param name="rows">Rows to score, in any order, repeats allowed; empty means all rows in order.</param>
    /// <param name="scores">One score for each row scored.</param>
    /// <exception cref="ArgumentException">A length does not match, or a row does not exist.</exception>
    public static void Dot(ReadOnlySpan<float> query, ReadOnlySpan<float> table, int dimension, ReadOnlySpan<int> rows, Span<float> scores)
    {
        Guard.AtLeast(dimension, 1, nameof(dimension));
        Guard.Length(query.Length, dimension, nameof(query), "dimension");
        int count = table.Length / dimension;
        Guard.Length(table.Length, (long)count * dimension, nameof(table), "a multiple of the dimension");
        Guard.Length(scores.Length, rows.IsEmpty ? count : rows.Length, nameof(scores), "one for each row scored");
        foreach (int row in rows)
            Guard.Index(row, count, nameof(rows), "Row");
        if (KernelPath.Use256)
            Dot<Lanes256, Vector256<float>>(query, table, rows, scores);
        else if (KernelPath.UseVector)
            Dot<Lanes128, Vector128<float>>(query, table, rows, scores);
        else
            GatherDotReference.Dot(query, table, dimension, rows, scores);
    }

    private static void Dot<TLanes, TVector>(
        ReadOnlySpan<float> query, ReadOnlySpan<float> table, ReadOnlySpan<int> rows, Span<float> scores)
        where TLanes : struct, IMathLanes<TVector>
        where TVector : struct
    {
        int dimension = query.Length;
        if (dimension < TLanes.Count)
        {
            GatherDotReference.Dot(query, table, dimension, rows, scores);
            return;
        }

        if (rows.IsEmpty)
        {
            InOrder<TLanes, TVector>(query, table, dimension, scores);
            return;
        }

        for (int i = 0; i < scores.Length; i++)
            scores[i] = RowDot<TLanes, TVector>(query, table.Slice(rows[i] * dimension, dimension));
    }

    private static void InOrder<TLanes, TVector>(ReadOnlySpan<float> query, ReadOnlySpan<float> table, int dimension, Span<float> scores)
        where TLanes : struct, IMathLanes<TVector>
        where TVector : struct
    {
        int bytes = dimension * sizeof(float);
        fixed (float* first = table)
        {
            for (int i = 0; i < scores.Length; i++)
            {
                byte* ahead = (byte*)first + ((nint)i * bytes) + PrefetchBytes;
                for (int b = 0; b < bytes && Sse.IsSupported; b += 64)
                    Sse.PrefetchNonTemporal(ahead + b);
                scores[i] = RowDot<TLanes, TVector>(query, table.Slice(i * dimension, dimension));
            }
        }
    }

    /// <summary>Two sums of whole vectors, in turn, then the elements that fill no vector.</summary>
    private static float RowDot<TLanes, TVector>(ReadOnlySpan<float> query, ReadOnlySpan<float> row)
        where TLanes : struct, IMathLanes<TVector>
        where TVector : struct
    {
        ref float q = ref MemoryMarshal.GetReference(query);
        ref float r = ref MemoryMarshal.GetReference(row);
        TVector even = default, odd = default;
        nuint width = (nuint)TLanes.Count, length = (nuint)query.Length, j = 0;
        for (; j + (2 * width) <= length; j += 2 * width)
        {
            even = TLanes.FusedMultiplyAdd(TLanes.Load(ref q, j), TLanes.Load(ref r, j), even);
            odd = TLanes.FusedMultiplyAdd(TLanes.Load(ref q, j + width), TLanes.Load(ref r, j + width), odd);
        }
        if (j + width <= length)
        {
            even = TLanes.FusedMultiplyAdd(TLanes.Load(ref q, j), TLanes.Load(ref r, j), even);
            j += width;
        }
        float sum = TLanes.Sum(TLanes.Add(even, odd));
        for (int left = (int)j; left < query.Length; left++)
            sum += query[left] * row[left];
        return sum;
    }
}
