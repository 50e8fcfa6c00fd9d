namespace HybridRec.MLNet.Graph;

/// <summary>
/// A propagation rule: from the layer-0 table E (nodes x dimension) to the final table. Training asks for the rows of a batch only and gives back
/// the gradient of these rows; the pair <see cref="ForwardRows"/>, <see cref="Backward"/> belongs together.
/// </summary>
internal interface IGraphNetwork
{
    /// <summary>Trained weights besides the layer-0 table.</summary>
    IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>The final vectors of all nodes.</summary>
    void ForwardAll(GraphOperator graph, float[] ego, float[] final);

    /// <summary>The final vectors of a batch, compact: row r is node <c>batch.Nodes.Nodes[r]</c>.</summary>
    void ForwardRows(GraphOperator graph, float[] ego, GraphBatch batch, float[] compact);

    /// <summary>
    /// Turns the gradient of the compact rows, and of the model's own terms of the loss, into that of E (overwritten) and of <see cref="Parameters"/> (overwritten).
    /// </summary>
    /// <returns>The model's own terms of the loss, such as a contrast between views; 0 for models without.</returns>
    double Backward(GraphOperator graph, GraphBatch batch, float[] compactGradient, float[] egoGradient);
}
