using System.Numerics.Tensors;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>A row of weights, as pairs of item and weight or, where that is smaller, as all weights.</summary>
internal sealed class TurboCfRow
{
    private readonly int[]? _items;
    private readonly float[] _values;

    private TurboCfRow(int[]? items, float[] values) => (_items, _values) = (items, values);

    /// <summary>Memory of the row, objects included.</summary>
    public long Bytes => 96 + ((_items?.LongLength ?? 0) * sizeof(int)) + (_values.LongLength * sizeof(float));

    /// <summary>The weight of an item.</summary>
    public float this[int item]
    {
        get
        {
            if (_items is null)
                return _values[item];
            int e = Array.BinarySearch(_items, item);
            return e < 0 ? 0 : _values[e];
        }
    }

    /// <summary>The smaller form of a row.</summary>
    /// <param name="items">Ascending.</param>
    /// <param name="values">Their weights.</param>
    /// <param name="itemCount">All items.</param>
    public static TurboCfRow Of(ReadOnlySpan<int> items, float[] values, int itemCount)
    {
        if (2L * items.Length < itemCount)
            return new TurboCfRow(items.ToArray(), values);
        float[] all = new float[itemCount];
        for (int e = 0; e < values.Length; e++)
            all[items[e]] = values[e];
        return new TurboCfRow(null, all);
    }

    /// <summary>Adds the row.</summary>
    public void AddTo(Span<float> scores)
    {
        if (_items is null)
        {
            TensorPrimitives.Add(scores, _values, scores);
            return;
        }
        for (int e = 0; e < _items.Length; e++)
            scores[_items[e]] += _values[e];
    }
}
