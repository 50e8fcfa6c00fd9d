using System.Buffers;
using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Serving;

/// <summary>Cosines of item vectors less their mean: all items share a large common part, which says nothing about two of them.</summary>
internal sealed class ItemLikeness
{
    private readonly VectorTable _items;
    private readonly float[] _mean;
    private readonly float[] _lengths;

    public ItemLikeness(VectorTable items)
    {
        _items = items;
        int width = items.Dimension;
        double[] sums = new double[width];
        for (int row = 0; row < items.Count; row++)
        {
            ReadOnlySpan<float> item = items[row];
            for (int j = 0; j < width; j++)
                sums[j] += item[j];
        }

        _mean = [.. sums.Select(sum => (float)(sum / Math.Max(1, items.Count)))];
        _lengths = new float[items.Count];
        for (int row = 0; row < items.Count; row++)
            _lengths[row] = TensorPrimitives.Distance<float>(items[row], _mean);
    }

    /// <summary>The rows with the largest cosines.</summary>
    /// <param name="item">The row they are like.</param>
    /// <param name="filter">Which rows may come.</param>
    /// <param name="rows">Receives the rows; its length is K.</param>
    /// <param name="scores">Receives the cosines.</param>
    /// <returns>How many were found.</returns>
    public int Nearest(int item, ServingFilter filter, Span<int> rows, Span<float> scores)
    {
        int[]? allowed = filter.Allowed is null ? null : filter.Rows();
        int count = allowed?.Length ?? _items.Count;
        if (count == 0)
            return 0;
        float[] centered = new float[_items.Dimension];
        TensorPrimitives.Subtract(_items[item], _mean, centered);
        float shift = TensorPrimitives.Dot<float>(centered, _mean), length = _lengths[item];
        float[] cosines = ArrayPool<float>.Shared.Rent(count);
        GatherDotKernel.Dot(centered, _items.Values.Span, _items.Dimension, allowed, cosines.AsSpan(0, count));
        for (int i = 0; i < count; i++)
            cosines[i] = Cosine(cosines[i] - shift, length * _lengths[allowed is null ? i : allowed[i]]);
        int found = TopKKernel.Select(cosines.AsSpan(0, count), allowed is null ? filter.Excluded : [], rows, scores);
        for (int i = 0; i < found && allowed is not null; i++)
            rows[i] = allowed[rows[i]];
        ArrayPool<float>.Shared.Return(cosines);
        return found;
    }

    /// <summary>The cosine of two rows.</summary>
    public float Cosine(int left, int right)
    {
        ReadOnlySpan<float> a = _items[left], b = _items[right];
        double dot = 0;
        for (int j = 0; j < a.Length; j++)
            dot += ((double)a[j] - _mean[j]) * ((double)b[j] - _mean[j]);
        return Cosine((float)dot, _lengths[left] * _lengths[right]);
    }

    private static float Cosine(float dot, float lengths) => lengths > 0 ? Math.Clamp(dot / lengths, -1f, 1f) : 0;
}
