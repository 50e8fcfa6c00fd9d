using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// What each layer of GraphSAGE and PinSage multiplies by when vectors are served: all neighbors, or those that the backend samples
/// (<c>servedFanouts</c> of <see cref="GraphModel.GraphSage"/>).
/// </summary>
internal static class ServedLayers
{
    /// <summary>The operators, first layer first; one for all layers where nothing is sampled.</summary>
    /// <param name="neighbors">The neighbors of every node with their weights.</param>
    /// <param name="model">Settings of the model.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="aggregation">What samples and propagates.</param>
    /// <param name="precision">In which numbers.</param>
    /// <param name="threads">Threads.</param>
    /// <exception cref="BackendUnavailableException">The backend is not to be had, or its device fails.</exception>
    /// <exception cref="InvalidOperationException">The backend lacks the precision, or does not sample so many neighbors.</exception>
    public static IReadOnlyList<GraphOperator> Of(
        CsrMatrix neighbors, ISampledModel model, int seed, AggregationBackend aggregation, EmbeddingPrecision precision, int threads)
    {
        IAggregationBackend backend = aggregation.ForServing(threads, precision);
        if (model.ServedFanouts is not { } fanouts)
            return [Operator(neighbors)];
        Check(backend, fanouts);
        NeighborTable table = model.Walks is null ? NeighborTable.Uniform(neighbors) : NeighborTable.Importance(neighbors);

        // The first number is that of the nodes served, which the last layer computes.
        return [.. fanouts.Reverse().Select((fanout, layer) => Operator(SampledAdjacency.Draw(table, fanout, Seed(seed, layer), backend)))];

        GraphOperator Operator(CsrMatrix matrix) => new(matrix, GraphNormalization.Row, backend, threads, precision);
    }

    /// <summary>Throws unless a backend can sample so many.</summary>
    /// <exception cref="InvalidOperationException">It cannot.</exception>
    public static void Check(IAggregationBackend backend, IReadOnlyList<int> fanouts)
    {
        if (!backend.Capabilities.Sampling)
            throw new InvalidOperationException($"GnnEmbedding: the backend '{backend.Name}' does not sample neighbors. Leave " +
                "ServedFanouts null, or take another backend.");
        if (fanouts.Max() > backend.Capabilities.MostFanout)
        {
            throw new InvalidOperationException(
                $"GnnEmbedding: ServedFanouts has {fanouts.Max()}, and the backend '{backend.Name}' samples at most " +
                $"{backend.Capabilities.MostFanout} neighbors of a node. Lower it, leave ServedFanouts null, or take another backend.");
        }
    }

    private static uint Seed(int seed, int layer) => (uint)Streams.Open(seed, StreamKind.ServedNeighbors, layer).NextBits();
}
