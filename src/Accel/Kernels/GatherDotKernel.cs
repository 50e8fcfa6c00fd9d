using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>Scores of one query against rows of a table: scores[i] = query . table[rows[i], :].</summary>
internal static class GatherDotKernel
{
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
        GatherDotReference.Dot(query, table, dimension, rows, scores);
    }
}
