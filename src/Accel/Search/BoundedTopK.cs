using System.Buffers;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// The rows that may be among the best K when a score is known up to an error: a row stays while its upper bound reaches the K-th best
/// lower bound seen. All rows whose true score is among the best K are among those kept, if the bounds hold.
/// Its buffers come from the pool.
/// </summary>
internal struct BoundedTopK : IDisposable
{
    private readonly int _k;
    private readonly float[] _heap; // the K largest lower bounds, smallest first
    private int _heapCount;
    private int[] _rows;
    private float[] _uppers;
    private int _count;

    public BoundedTopK(int k)
    {
        _k = k;
        _heap = ArrayPool<float>.Shared.Rent(k);
        int room = Math.Max(256, 4 * k);
        _rows = ArrayPool<int>.Shared.Rent(room);
        _uppers = ArrayPool<float>.Shared.Rent(room);
        Threshold = float.NegativeInfinity;
    }

    /// <summary>A row whose upper bound is below this one is not among the best K.</summary>
    public float Threshold { get; private set; }

    /// <summary>Takes a row in, unless its upper bound is too low.</summary>
    public void Offer(int row, float score, float error)
    {
        if (score + error < Threshold)
            return;
        if (_count == Math.Min(_rows.Length, _uppers.Length))
            Grow();
        (_rows[_count], _uppers[_count]) = (row, score + error);
        _count++;
        Push(score - error);
    }

    /// <summary>The rows left, ascending; valid until <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<int> Rows()
    {
        Prune();
        Span<int> rows = _rows.AsSpan(0, _count);
        rows.Sort();
        return rows;
    }

    /// <inheritdoc/>
    public readonly void Dispose()
    {
        ArrayPool<float>.Shared.Return(_heap);
        ArrayPool<int>.Shared.Return(_rows);
        ArrayPool<float>.Shared.Return(_uppers);
    }

    private void Prune()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_uppers[i] >= Threshold)
                (_rows[kept], _uppers[kept++]) = (_rows[i], _uppers[i]);
        }

        _count = kept;
    }

    private void Grow()
    {
        Prune();
        if (_count * 2 < Math.Min(_rows.Length, _uppers.Length))
            return;
        int[] rows = ArrayPool<int>.Shared.Rent(_rows.Length * 2);
        float[] uppers = ArrayPool<float>.Shared.Rent(_uppers.Length * 2);
        _rows.AsSpan(0, _count).CopyTo(rows);
        _uppers.AsSpan(0, _count).CopyTo(uppers);
        ArrayPool<int>.Shared.Return(_rows);
        ArrayPool<float>.Shared.Return(_uppers);
        (_rows, _uppers) = (rows, uppers);
    }

    private void Push(float lower)
    {
        if (_heapCount < _k)
        {
            int at = _heapCount++;
            for (int parent = (at - 1) / 2; at > 0 && _heap[parent] > lower; at = parent, parent = (at - 1) / 2)
                _heap[at] = _heap[parent];
            _heap[at] = lower;
        }
        else if (lower > _heap[0])
        {
            int at = 0;
            for (int child = 1; child < _k; child = (2 * at) + 1)
            {
                if (child + 1 < _k && _heap[child + 1] < _heap[child])
                    child++;
                if (!(_heap[child] < lower))
                    break;
                _heap[at] = _heap[child];
                at = child;
            }

            _heap[at] = lower;
        }

        if (_heapCount == _k)
            Threshold = _heap[0];
    }
}
