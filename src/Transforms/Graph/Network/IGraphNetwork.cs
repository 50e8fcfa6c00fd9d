namespace HybridRec.MLNet.Graph;

/// <summary>
/// A propagation rule: from the layer-0 table E to the final vectors. A step asks for the rows of its batch alone and gives back the
/// gradient of these rows: <see cref="Begin"/>, <see cref="ForwardRows"/> and <see cref="Backward"/> belong together.
/// </summary>
internal interface IGraphNetwork
{
    /// <summary>Trained weights besides the layer-0 table.</summary>
    IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>The layers over an empty neighborhood, of a network that has them; null for others.</summary>
    InductiveLayers? Inductive => null;

    /// <summary>Makes the rows of layer 0 that a batch needs: of all nodes, or of those sampled for it, the batch's own first.</summary>
    void Begin(GraphBatch batch, ILayerZero layerZero) => layerZero.Compute();

    /// <summary>The final vectors of all nodes.</summary>
    /// <param name="graphs">What each layer multiplies by, the first one first; one for all layers where they are alike.</param>
    /// <param name="ego">E of all nodes.</param>
    /// <param name="final">Receives the vectors.</param>
    void ForwardAll(IReadOnlyList<GraphOperator> graphs, float[] ego, float[] final);

    /// <summary>The final vectors of a batch, compact: row r is node <c>batch.Nodes.Nodes[r]</c>.</summary>
    /// <param name="graph">A; a network that samples does not use it.</param>
    /// <param name="ego">The rows of E made by <see cref="Begin"/>.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="compact">Receives the vectors.</param>
    void ForwardRows(GraphOperator graph, float[] ego, GraphBatch batch, float[] compact);

    /// <summary>
    /// Turns the gradient of the compact rows, and of the network's own terms of the loss, into that of the rows of E and of
    /// <see cref="Parameters"/>, which are overwritten.
    /// </summary>
    /// <returns>The network's own terms of the loss, such as a contrast between views; 0 for networks without.</returns>
    double Backward(GraphOperator graph, GraphBatch batch, float[] compactGradient, float[] egoGradient);
}
