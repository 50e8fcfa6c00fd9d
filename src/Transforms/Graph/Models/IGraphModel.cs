namespace HybridRec.MLNet.Graph;

/// <summary>
/// A propagation rule: from the layer-0 table E (nodes x dimension) to the final table. Training asks for the rows of a batch only and gives back
/// the gradient of these rows; the pair <see cref="ForwardRows"/>, <see cref="Backward"/> belongs together.
/// </summary>
internal interface IGraphModel
{
    /// <summary>Trained weights besides the layer-0 table.</summary>
    IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>The final vectors of all nodes.</summary>
    void ForwardAll(GraphOperator graph, float[] ego, float[] final);

    /// <summary>The final vectors of a batch, compact: row r is node <c>rows.Nodes[r]</c>.</summary>
    void ForwardRows(GraphOperator graph, float[] ego, NodeSet rows, float[] compact);

    /// <summary>Turns the gradient of the compact rows into that of E (overwritten) and of <see cref="Parameters"/> (overwritten).</summary>
    void Backward(GraphOperator graph, NodeSet rows, float[] compactGradient, float[] egoGradient);
}
