using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Rows in 8 bits with a proven bound of what rounding changed: for any query q, <c>|q . x - q' . x'| &lt;= |q| r_x + |q - q'| X</c>, with
/// x', q' the rounded row and query, <c>r_x = |x - x'|</c> and X the longest rounded row (Cauchy and Schwarz). A scan keeps every row that
/// may be among the best; scoring those in Single gives the exact best.
/// </summary>
internal sealed class Int8Rows
{
    private const int Block = 1024;

    // What Single may lose in a dot product, relative to the lengths of its factors: far above sqrt(n) roundings for the widths in use.
    private const float FloatSlack = 4e-6f;

    private readonly Int8Table _table;
    private readonly float[] _residuals;
    private readonly float _largestResidual;
    private readonly float _longest;

    private Int8Rows(Int8Table table, float[] residuals, float longest)
    {
        (_table, _residuals, _longest) = (table, residuals, longest);
        foreach (float residual in residuals)
            _largestResidual = Math.Max(_largestResidual, residual);
    }

    /// <summary>Number of rows.</summary>
    public int Count => _table.Rows;

    /// <summary>Bytes of the tables.</summary>
    public long Bytes => ((long)_table.RowStride * Count) + (8L * Count);

    /// <summary>Rounds rows.</summary>
    /// <param name="rows">Rows x dimension, finite.</param>
    /// <param name="dimension">Width.</param>
    /// <param name="threads">Threads; 0 takes all cores.</param>
    public static Int8Rows Create(ReadOnlyMemory<float> rows, int dimension, int threads)
    {
        Int8Table table = Int8Table.Quantize(rows, dimension, threads);
        float[] residuals = new float[table.Rows], lengths = new float[table.Rows];
        const int RowsPerChunk = 4096;
        Parallelism.For((table.Rows + RowsPerChunk - 1) / RowsPerChunk, threads, chunk =>
        {
            float[] restored = new float[dimension];
            for (int row = chunk * RowsPerChunk, end = Math.Min(table.Rows, row + RowsPerChunk); row < end; row++)
            {
                ReadOnlySpan<float> exact = rows.Span.Slice(row * dimension, dimension);
                TensorPrimitives.ConvertTruncating(table.Row(row), restored.AsSpan());
                TensorPrimitives.Multiply(restored, table.Scales[row], restored);
                lengths[row] = Math.Max(TensorPrimitives.Norm<float>(restored), TensorPrimitives.Norm(exact));
                residuals[row] = TensorPrimitives.Distance(exact, restored) + (FloatSlack * lengths[row]);
            }
        });
        return new Int8Rows(table, residuals, lengths.Length == 0 ? 0 : lengths.Max());
    }

    /// <summary>A query in the form that <see cref="Scan"/> takes.</summary>
    /// <param name="query">Dimension elements, finite.</param>
    /// <param name="buffer">One <see cref="Int8Table.RowStride"/> long.</param>
    public Query Prepare(ReadOnlySpan<float> query, Span<short> buffer)
    {
        float scale = Int8DotKernel.Round(query, buffer);
        double lost = 0;
        for (int j = 0; j < query.Length; j++)
        {
            double difference = query[j] - ((double)scale * buffer[j]);
            lost += difference * difference;
        }

        return new Query(scale, TensorPrimitives.Norm(query) * 1.00001f, (float)Math.Sqrt(lost) * _longest);
    }

    /// <summary>Length of the buffer of <see cref="Prepare"/>.</summary>
    public int QueryLength => _table.RowStride;

    /// <summary>Offers rows to a list of the best.</summary>
    /// <param name="query">The prepared query.</param>
    /// <param name="rounded">The buffer it was prepared in.</param>
    /// <param name="firstRow">First row.</param>
    /// <param name="endRow">Row after the last.</param>
    /// <param name="excludedSorted">Names to leave out, ascending.</param>
    /// <param name="names">What each row is called; empty: its number.</param>
    /// <param name="best">Receives the rows, by name.</param>
    public void Scan(
        in Query query, ReadOnlySpan<short> rounded, int firstRow, int endRow, ReadOnlySpan<int> excludedSorted, ReadOnlySpan<int> names,
        ref BoundedTopK best)
    {
        Span<float> scores = stackalloc float[Block];
        float most = (_largestResidual * query.Length) + query.Lost;
        for (int first = firstRow; first < endRow; first += Block)
        {
            Span<float> block = scores[..Math.Min(Block, endRow - first)];
            Int8DotKernel.Dot(rounded, query.Scale, _table, first, block);
            int i = KernelPath.Use256
                ? Offer<Lanes256, Vector256<float>>(query, most, first, block, excludedSorted, names, ref best)
                : Offer<Lanes128, Vector128<float>>(query, most, first, block, excludedSorted, names, ref best);
            for (; i < block.Length; i++)
                Offer(query, first, i, block, excludedSorted, names, ref best);
        }
    }

    // Offers the rows of a block that fill whole registers; returns how many those are.
    private int Offer<TLanes, TVector>(
        in Query query, float most, int first, ReadOnlySpan<float> block, ReadOnlySpan<int> excludedSorted, ReadOnlySpan<int> names,
        ref BoundedTopK best)
        where TLanes : struct, IMathLanes<TVector>
        where TVector : struct
    {
        ref float start = ref MemoryMarshal.GetReference(block);
        TVector limit = TLanes.Fill(best.Threshold - most);
        int i = 0;
        for (; i <= block.Length - TLanes.Count; i += TLanes.Count)
        {
            // Nearly all rows fall here: even the largest error of any row does not lift them to the threshold.
            TVector reached = TLanes.AtLeast(TLanes.Load(ref start, (nuint)i), limit);
            if (!TLanes.Any(reached))
                continue;
            for (uint lanes = TLanes.Bits(reached); lanes != 0; lanes &= lanes - 1)
                Offer(query, first, i + BitOperations.TrailingZeroCount(lanes), block, excludedSorted, names, ref best);
            limit = TLanes.Fill(best.Threshold - most);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // rare; inlined, its variables take the registers of the loop around it
    private void Offer(
        in Query query, int first, int offset, ReadOnlySpan<float> block, ReadOnlySpan<int> excludedSorted, ReadOnlySpan<int> names,
        ref BoundedTopK best)
    {
        int row = first + offset;
        float error = (_residuals[row] * query.Length) + query.Lost;
        if (block[offset] + error < best.Threshold)
            return;
        int name = names.IsEmpty ? row : names[row];
        if (excludedSorted.BinarySearch(name) < 0)
            best.Offer(name, block[offset], error);
    }

    /// <summary>What <see cref="Scan"/> needs of a query.</summary>
    /// <param name="Scale">What its rounded numbers are multiples of.</param>
    /// <param name="Length">Its length, rounded up.</param>
    /// <param name="Lost">How much its own rounding changes any score at most.</param>
    internal readonly record struct Query(float Scale, float Length, float Lost);
}
