namespace HybridRec.MLNet.Graph;

/// <summary>A table of vectors to which rows are added; amortised O(dimension) a row.</summary>
/// <param name="dimension">Length of a row.</param>
/// <param name="rows">The rows at the start; the table takes them over.</param>
internal sealed class RowTable(int dimension, float[] rows)
{
    private float[] _rows = rows;

    public int Count { get; private set; } = rows.Length / dimension;

    /// <summary>A row, to read or to write; valid until a row is added.</summary>
    public Span<float> this[int row] => _rows.AsSpan(row * dimension, dimension);

    /// <summary>Adds zero rows until there are so many.</summary>
    public void GrowTo(int count)
    {
        int length = checked(count * dimension);
        if (length > _rows.Length)
            Array.Resize(ref _rows, (int)Math.Min(Array.MaxLength, Math.Max(length, _rows.LongLength + (_rows.LongLength / 2))));
        Count = Math.Max(Count, count);
    }

    /// <summary>The rows as an array of their own.</summary>
    public float[] ToArray() => _rows.AsSpan(0, Count * dimension).ToArray();
}
