namespace HybridRec.MLNet.Text;

/// <summary>The vectors of the distinct texts seen at Fit, by text key. Immutable.</summary>
internal sealed class EmbeddingTable
{
    private readonly Dictionary<UInt128, int> _rowOf;
    private readonly float[] _rows;

    /// <param name="keys">n distinct keys.</param>
    /// <param name="rows">n x dimension values.</param>
    /// <param name="dimension">Length of a vector.</param>
    public EmbeddingTable(IReadOnlyList<UInt128> keys, float[] rows, int dimension)
    {
        Dimension = dimension;
        _rows = rows;
        _rowOf = new Dictionary<UInt128, int>(keys.Count);
        for (int i = 0; i < keys.Count; i++)
            _rowOf.Add(keys[i], i);
    }

    public int Count => _rowOf.Count;

    public int Dimension { get; }

    public bool TryCopy(UInt128 key, Span<float> destination)
    {
        if (!_rowOf.TryGetValue(key, out int row))
            return false;
        _rows.AsSpan(row * Dimension, Dimension).CopyTo(destination);
        return true;
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(_rowOf.Count);
        foreach (var (key, _) in _rowOf.OrderBy(p => p.Value))
            EncoderState.WriteHash(writer, key);
        EncoderState.WriteFloats(writer, _rows);
    }

    public static EmbeddingTable Read(BinaryReader reader, int dimension)
    {
        var keys = new UInt128[EncoderState.CheckedCount(reader, 16)];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = EncoderState.ReadHash(reader);
        float[] rows = EncoderState.ReadFloats(reader);
        return rows.Length == (long)keys.Length * dimension
            ? new EmbeddingTable(keys, rows, dimension)
            : throw new InvalidDataException(
                $"The saved table of text vectors is damaged: {keys.Length} texts of {dimension} components, but {rows.Length} values.");
    }
}
