namespace HybridRec.MLNet.Text;

/// <summary>A bounded store of the vectors of texts met after Fit; the oldest leaves first. For many threads.</summary>
internal sealed class RecentVectors(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, float[]> _vectors = [];
    private readonly Queue<UInt128> _order = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _vectors.Count;
        }
    }

    public bool TryCopy(UInt128 key, Span<float> destination)
    {
        float[]? vector;
        lock (_gate)
            if (!_vectors.TryGetValue(key, out vector))
                return false;
        vector.CopyTo(destination); // never written again once stored
        return true;
    }

    public void Add(UInt128 key, float[] vector)
    {
        if (capacity == 0)
            return;
        lock (_gate)
        {
            if (!_vectors.TryAdd(key, vector))
                return;
            _order.Enqueue(key);
            if (_order.Count > capacity)
                _vectors.Remove(_order.Dequeue());
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _vectors.Clear();
            _order.Clear();
        }
    }
}
