using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>Draws the negatives that a batch shares, with the logQ correction of each (see <see cref="GraphNegativeSampling"/>).</summary>
internal sealed class SharedNegatives
{
    private readonly GraphNegativeSampling _kind;
    private readonly int _count;
    private readonly int _userCount;
    private readonly int[] _items;
    private readonly AliasTable? _popular;
    private readonly float[] _bias;

    public SharedNegatives(InteractionGraph graph, GnnEmbeddingOptions options)
    {
        _kind = options.NegativeSampling;
        _count = Most(options, 0);
        _userCount = graph.UserCount;
        _items = GraphNodes.ItemsWithEdges(graph);
        _bias = [];
        if (_kind is not (GraphNegativeSampling.Popularity or GraphNegativeSampling.InBatch))
            return;
        double exponent = _kind == GraphNegativeSampling.InBatch ? 1 : options.PopularityExponent;
        double[] weights = [.. _items.Select(i => Math.Pow(graph.UsersOf(i).Length, exponent))];
        if (_kind == GraphNegativeSampling.Popularity)
            _popular = new AliasTable(weights);
        double sum = weights.Sum();
        _bias = new float[graph.ItemCount];
        for (int i = 0; i < _items.Length; i++)
            _bias[_items[i]] = (float)-Math.Log(_items.Length * weights[i] / sum);
    }

    /// <summary>Most negatives of a batch.</summary>
    public static int Most(GnnEmbeddingOptions options, int batchSize) => (options.Objective, options.NegativeSampling) switch
    {
        (GraphObjective.DirectAu, _) => 0,
        (_, GraphNegativeSampling.InBatch) => batchSize,
        (_, GraphNegativeSampling.Hard) => options.Negatives * options.HardPoolFactor,
        _ => options.Negatives,
    };

    /// <summary>Adds negatives to a batch whose interactions are there.</summary>
    public void Fill(GraphBatch batch, ref Xoshiro256 random)
    {
        batch.HasNegativeBias = _bias.Length > 0;
        if (_kind == GraphNegativeSampling.InBatch)
        {
            batch.NegativeCount = batch.Size;
            for (int b = 0; b < batch.Size; b++)
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
