using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>Chooses negatives from a batch's pool by the rule of <see cref="NegativeSampling.Hard"/>.</summary>
internal sealed class GraphHardNegatives(int negatives, int pool, int dimension, int threads)
{
    private const int Judges = 128;

    private readonly float[] _users = new float[Judges * dimension];
    private readonly float[] _items = new float[pool * dimension];
    private readonly float[] _scores = new float[Judges * pool];
    private readonly float[] _best = new float[pool];
    private readonly int[] _order = new int[pool];
    private readonly int[] _chosen = new int[negatives];

    /// <summary>The compact rows of the chosen ones.</summary>
    public ReadOnlySpan<int> Choose(GraphBatch batch, ReadOnlySpan<float> vectors)
    {
        int judges = Math.Min(Judges, batch.Size);
        int kept = negatives - (negatives / 2);
        ReadOnlySpan<int> rest = batch.Negatives.AsSpan(kept, pool - kept);
        CompactRows.Gather(vectors, batch.Users.AsSpan(0, judges), dimension, _users);
        CompactRows.Gather(vectors, rest, dimension, _items);
        MatMulKernel.MultiplyTransposedRight(
            _users.AsSpan(0, judges * dimension), _items.AsSpan(0, rest.Length * dimension), _scores.AsSpan(0, judges * rest.Length),
            judges, rest.Length, dimension, threads: threads);
        Span<float> best = _best.AsSpan(0, rest.Length);
        best.Fill(float.NegativeInfinity);
        for (int j = 0; j < judges; j++)
            TensorPrimitives.Max(best, _scores.AsSpan(j * rest.Length, rest.Length), best);

        // Ascending in the negated score, then in the order of drawing.
        Span<int> order = _order.AsSpan(0, rest.Length);
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        order.Sort((a, b) => _best[a] != _best[b] ? _best[b].CompareTo(_best[a]) : a.CompareTo(b));
        batch.Negatives.AsSpan(0, kept).CopyTo(_chosen);
        for (int i = kept; i < negatives; i++)
            _chosen[i] = rest[order[i - kept]];
        return _chosen;
    }
}
