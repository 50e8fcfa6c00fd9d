using Cloud.Unum.USearch;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Hnsw;

namespace HybridRec.MLNet;

/// <summary>
/// A graph of USearch that is only searched. The versions of a recommender share it, and requests may still be in it when the last of them
/// is replaced, so it is freed by the garbage collector, which is told its size.
/// </summary>
internal sealed class HnswIndex : IVectorIndex
{
    private readonly USearchIndex _graph;
    private readonly int _count, _dimension;
    private readonly long _bytes;
    private readonly SemaphoreSlim _searches; // a search without a slot of USearch would be refused

    /// <param name="graph">The graph; its keys are rows.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="bytes">About how much native memory it has.</param>
    /// <param name="searches">The most searches at once, no more than <see cref="SearchSlots"/>; further ones wait.</param>
    public HnswIndex(USearchIndex graph, int count, long bytes, int searches)
    {
        (_graph, _count, _dimension) = (graph, count, (int)graph.Dimensions());
        (_bytes, _searches) = (Math.Max(1, bytes), new SemaphoreSlim(searches));
        GC.AddMemoryPressure(_bytes);
    }

    ~HnswIndex() => GC.RemoveMemoryPressure(_bytes);

    /// <inheritdoc/>
    public int Search(ReadOnlySpan<float> query, Span<int> rows)
    {
        if (query.Length != _dimension)
            throw new ArgumentException($"A query of {query.Length} numbers does not fit rows of {_dimension}.", nameof(query));
        int wanted = Math.Min(rows.Length, _count);
        if (wanted == 0)
            return 0;
        ulong[] keys = Nearest(query.ToArray(), wanted);
        for (int i = 0; i < keys.Length; i++)
            rows[i] = (int)keys[i];
        return keys.Length;
    }

    private ulong[] Nearest(float[] query, int count)
    {
        _searches.Wait();
        try
        {
            _graph.Search(query, count, out ulong[] keys, out _);
            return keys;
        }
        finally
        {
            _searches.Release();
            GC.KeepAlive(this);
        }
    }
}
