using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>Draws the negatives that a batch shares, with the logQ correction of each (see <see cref="NegativeSampling"/>).</summary>
internal sealed class SharedNegatives
{
    private readonly bool _takesPositives;
    private readonly int _count;
    private readonly int _userCount;
    private readonly int[] _items;
    private readonly AliasTable? _popular;
    private readonly float[] _bias;

    /// <param name="graph">The interactions.</param>
    /// <param name="sampling">The rule.</param>
    /// <param name="count">Items to draw for a batch.</param>
    public SharedNegatives(InteractionGraph graph, NegativeSampling sampling, int count)
    {
        _takesPositives = sampling.TakesPositives;
        _count = count;
        _userCount = graph.UserCount;
        _items = GraphNodes.ItemsWithEdges(graph);
        _bias = [];
        if (sampling.DegreeExponent is not { } exponent)
            return;
        double[] weights = [.. _items.Select(i => Math.Pow(graph.UsersOf(i).Length, exponent))];
        if (!_takesPositives)
            _popular = new AliasTable(weights);
        double sum = weights.Sum();
        _bias = new float[graph.ItemCount];
        for (int i = 0; i < _items.Length; i++)
            _bias[_items[i]] = (float)-Math.Log(_items.Length * weights[i] / sum);
    }

    /// <summary>Adds negatives to a batch whose interactions are there.</summary>
    public void Fill(GraphBatch batch, ref Xoshiro256 random)
    {
        batch.HasNegativeBias = _bias.Length > 0;
        if (_takesPositives)
        {
            batch.NegativeCount = Math.Min(batch.Size, _count);
            for (int b = 0; b < batch.NegativeCount; b++)
            {
                batch.Negatives[b] = batch.Positives[b];
                batch.NegativeBias[b] = _bias[batch.Nodes.Nodes[batch.Positives[b]] - _userCount];
            }

            return;
        }

        batch.NegativeCount = _count;
        for (int n = 0; n < _count; n++)
        {
            int item = _items[_popular?.Sample(ref random) ?? random.NextInt32(_items.Length)];
            batch.Negatives[n] = batch.Nodes.Add(_userCount + item);
            if (batch.HasNegativeBias)
                batch.NegativeBias[n] = _bias[item];
        }
    }
}
