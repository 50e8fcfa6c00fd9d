using System.Numerics.Tensors;

namespace HybridRec.MLNet.Graph;

/// <summary>Numbered rows out of a table and, as gradients, back into it.</summary>
internal static class CompactRows
{
    public static void Gather(ReadOnlySpan<float> table, ReadOnlySpan<int> rows, int dimension, Span<float> destination)
    {
        for (int i = 0; i < rows.Length; i++)
            table.Slice(rows[i] * dimension, dimension).CopyTo(destination[(i * dimension)..]);
    }

    /// <summary>Adds scale times each row to its place, in the order given.</summary>
    public static void ScatterAdd(ReadOnlySpan<float> source, ReadOnlySpan<int> rows, int dimension, Span<float> table, float scale = 1)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            Span<float> row = table.Slice(rows[i] * dimension, dimension);
            TensorPrimitives.MultiplyAdd(source.Slice(i * dimension, dimension), scale, row, row);
        }
    }
}
