using System.Buffers;
using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// Cosines of item vectors less their mean: all items share a large common part, which says nothing about two of them. A part of zeros,
/// such as that of an item without text, is no part: it counts 0, and takes no part in the mean of the others.
/// </summary>
internal sealed class ItemLikeness
{
    private readonly VectorTable _items;
    private readonly ItemPart[] _parts;
    private readonly float[] _mean;
    private readonly byte[] _has;        // bit p: the row has part p
    private readonly float[] _lengths;   // rows x parts
    private readonly float[] _whole;     // lengths over all parts that a row has

    /// <param name="items">The items' vectors.</param>
    /// <param name="parts">What lies where in them.</param>
    public ItemLikeness(VectorTable items, ItemPart[] parts)
    {
        (_items, _parts) = (items, parts);
        (_has, _whole, _lengths) = (new byte[items.Count], new float[items.Count], new float[items.Count * parts.Length]);
        double[] sums = new double[items.Dimension];
        int[] counts = new int[parts.Length];
        for (int row = 0; row < items.Count; row++)
        {
            for (int p = 0; p < parts.Length; p++)
            {
                ReadOnlySpan<float> part = Part(row, p);
                if (!part.ContainsAnyExcept(0f))
                    continue;
                _has[row] |= (byte)(1 << p);
                counts[p]++;
                for (int j = 0; j < part.Length; j++)
                    sums[parts[p].First + j] += part[j];
            }
        }

        _mean = new float[items.Dimension];
        for (int p = 0; p < parts.Length; p++)
        {
            for (int j = parts[p].First; j < parts[p].First + parts[p].Length; j++)
                _mean[j] = (float)(sums[j] / Math.Max(1, counts[p]));
        }

        for (int row = 0; row < items.Count; row++)
        {
            double squares = 0;
            for (int p = 0; p < parts.Length; p++)
            {
                if (!Has(row, p))
                    continue;
                float length = TensorPrimitives.Distance(Part(row, p), Mean(p));
                _lengths[(row * parts.Length) + p] = length;
                squares += length * length;
            }

            _whole[row] = (float)Math.Sqrt(squares);
        }
    }

    /// <summary>Whether anything is known of a row: it has a part, and not that of every other.</summary>
    public bool Knows(int row) => _whole[row] > 0;

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
        float[] shifts = new float[1 << _parts.Length]; // what the means add to the inner product of a row that has these parts
        for (int p = 0; p < _parts.Length; p++)
        {
            Span<float> part = centered.AsSpan(_parts[p].First, _parts[p].Length);
            if (Has(item, p))
                TensorPrimitives.Subtract(Part(item, p), Mean(p), part);
            float shift = TensorPrimitives.Dot(part, Mean(p));
            for (int has = 1 << p; has < 2 << p; has++)
                shifts[has] = shifts[has - (1 << p)] + shift;
        }

        float[] cosines = ArrayPool<float>.Shared.Rent(count);
        GatherDotKernel.Dot(centered, _items.Values.Span, _items.Dimension, allowed, cosines.AsSpan(0, count));
        for (int i = 0; i < count; i++)
        {
            int row = allowed is null ? i : allowed[i];
            cosines[i] = Cosine(cosines[i] - shifts[_has[row]], _whole[item] * _whole[row]);
        }

        int found = TopKKernel.Select(cosines.AsSpan(0, count), allowed is null ? filter.Excluded : [], rows, scores);
        for (int i = 0; i < found && allowed is not null; i++)
            rows[i] = allowed[rows[i]];
        ArrayPool<float>.Shared.Return(cosines);
        return found;
    }

    /// <summary>The mean of the parts' cosines, by the weights of the parts, and which of them say it.</summary>
    public ItemAffinity Affinity(int left, int right)
    {
        float people = 0, text = 0, features = 0;
        for (int p = 0; p < _parts.Length; p++)
        {
            if (_parts[p].Weight == 0)
                continue;
            float said = _parts[p].Weight * Cosine(left, right, p);
            switch (_parts[p].Kind)
            {
                case ReasonKind.People:
                    people += said;
                    break;
                case ReasonKind.Text:
                    text += said;
                    break;
                default:
                    features += said;
                    break;
            }
        }

        return ItemAffinity.Of(people, text, features);
    }

    /// <summary>What a part adds to the inner product of a query and a row beyond what the mean of the items does.</summary>
    public float Excess(ReadOnlySpan<float> query, int row, int part)
    {
        ReadOnlySpan<float> own = query.Slice(_parts[part].First, _parts[part].Length);
        return Has(row, part) ? TensorPrimitives.Dot(own, Part(row, part)) - TensorPrimitives.Dot(own, Mean(part)) : 0;
    }

    /// <summary>The cosine of a part of two rows; 0 where one lacks it.</summary>
    public float Cosine(int left, int right, int part)
    {
        if (!Has(left, part) || !Has(right, part))
            return 0;
        ReadOnlySpan<float> a = Part(left, part), b = Part(right, part), mean = Mean(part);
        double dot = 0;
        for (int j = 0; j < a.Length; j++)
            dot += ((double)a[j] - mean[j]) * ((double)b[j] - mean[j]);
        return Cosine((float)dot, _lengths[(left * _parts.Length) + part] * _lengths[(right * _parts.Length) + part]);
    }

    private bool Has(int row, int part) => (_has[row] & (1 << part)) != 0;

    private ReadOnlySpan<float> Part(int row, int part) => _items[row].Slice(_parts[part].First, _parts[part].Length);

    private ReadOnlySpan<float> Mean(int part) => _mean.AsSpan(_parts[part].First, _parts[part].Length);

    private static float Cosine(float dot, float lengths) => lengths > 0 ? Math.Clamp(dot / lengths, -1f, 1f) : 0;
}
