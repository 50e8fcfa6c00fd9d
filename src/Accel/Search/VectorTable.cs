using System.Buffers;
using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Vectors that are searched for the largest inner products with a query, exactly: either by the dot products of Single of all rows, or by
/// a scan in 8 bits that keeps what may be among the best (<see cref="Int8Rows"/>) and the dot products of Single of those. Both give the
/// same list. Equal scores come by ascending row. Immutable and thread-safe.
/// </summary>
internal sealed class VectorTable
{
    private const int StackQuery = 2048;

    private readonly ReadOnlyMemory<float> _values;
    private readonly Int8Rows? _int8;

    /// <param name="values">Rows x dimension, finite; not copied.</param>
    /// <param name="dimension">Width, 1 or more.</param>
    /// <param name="int8">Whether to scan in 8 bits.</param>
    /// <param name="threads">Threads of the rounding; 0 takes all cores.</param>
    /// <exception cref="ArgumentException">The values are not whole rows, or one is not finite.</exception>
    public VectorTable(ReadOnlyMemory<float> values, int dimension, bool int8, int threads = 0)
    {
        Guard.AtLeast(dimension, 1, nameof(dimension));
        Count = values.Length / dimension;
        Guard.Length(values.Length, (long)Count * dimension, nameof(values), "whole rows");
        (_values, Dimension) = (values, dimension);
        if (int8)
            _int8 = Int8Rows.Create(values, dimension, threads);
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Width.</summary>
    public int Dimension { get; }

    /// <summary>All rows.</summary>
    public ReadOnlyMemory<float> Values => _values;

    /// <summary>One row.</summary>
    public ReadOnlySpan<float> this[int row] => _values.Span.Slice(row * Dimension, Dimension);

    /// <summary>The rows with the largest inner products, best first.</summary>
    /// <param name="query">Dimension elements, finite.</param>
    /// <param name="excludedSorted">Rows to leave out, ascending.</param>
    /// <param name="rows">Receives the rows; its length is K.</param>
    /// <param name="scores">Receives the inner products; K long.</param>
    /// <returns>How many were found.</returns>
    public int Search(ReadOnlySpan<float> query, ReadOnlySpan<int> excludedSorted, Span<int> rows, Span<float> scores)
    {
        Guard.Length(query.Length, Dimension, nameof(query), "the dimension");
        if (rows.IsEmpty || Count == 0)
            return 0;
        if (_int8 is null)
        {
            float[] all = ArrayPool<float>.Shared.Rent(Count);
            GatherDotKernel.Dot(query, _values.Span, Dimension, [], all.AsSpan(0, Count));
            int found = TopKKernel.Select(all.AsSpan(0, Count), excludedSorted, rows, scores);
            ArrayPool<float>.Shared.Return(all);
            return found;
        }

        Span<short> rounded = _int8.QueryLength <= StackQuery ? stackalloc short[_int8.QueryLength] : new short[_int8.QueryLength];
        Int8Rows.Query prepared = _int8.Prepare(query, rounded);
        var best = new BoundedTopK(rows.Length);
        _int8.Scan(prepared, rounded, 0, Count, excludedSorted, [], ref best);
        int count = Rank(query, best.Rows(), rows, scores);
        best.Dispose();
        return count;
    }

    /// <summary>The best of some rows, by the dot products of Single.</summary>
    /// <param name="query">Dimension elements, finite.</param>
    /// <param name="candidates">Rows, ascending.</param>
    /// <param name="rows">Receives the rows; its length is K.</param>
    /// <param name="scores">Receives the inner products; K long.</param>
    /// <returns>How many were found.</returns>
    public int Rank(ReadOnlySpan<float> query, ReadOnlySpan<int> candidates, Span<int> rows, Span<float> scores)
    {
        if (candidates.IsEmpty || rows.IsEmpty)
            return 0;
        float[] exact = ArrayPool<float>.Shared.Rent(candidates.Length);
        GatherDotKernel.Dot(query, _values.Span, Dimension, candidates, exact.AsSpan(0, candidates.Length));
        int found = TopKKernel.Select(exact.AsSpan(0, candidates.Length), [], rows, scores);
        for (int i = 0; i < found; i++)
            rows[i] = candidates[rows[i]];
        ArrayPool<float>.Shared.Return(exact);
        return found;
    }

    /// <summary>The table with its rows brought to length 1, so that inner products are cosines; rows of zeros stay.</summary>
    /// <param name="values">Rows x dimension; a copy is made.</param>
    /// <param name="dimension">Width.</param>
    /// <param name="int8">Whether to scan in 8 bits.</param>
    /// <param name="threads">Threads; 0 takes all cores.</param>
    public static VectorTable Normalized(ReadOnlySpan<float> values, int dimension, bool int8, int threads = 0)
    {
        Memory<float> unit = AlignedMemory.Allocate(values.Length);
        values.CopyTo(unit.Span);
        for (int first = 0; first < unit.Length; first += dimension)
        {
            Span<float> row = unit.Span.Slice(first, dimension);
            float length = TensorPrimitives.Norm<float>(row);
            if (length > 0)
                TensorPrimitives.Divide(row, length, row);
        }

        return new VectorTable(unit, dimension, int8, threads);
    }
}
