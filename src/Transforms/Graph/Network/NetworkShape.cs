using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>What a network is made for.</summary>
/// <param name="Adjacency">The graph propagated over, or the neighbors to sample.</param>
/// <param name="Dimension">Length of the vectors.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Batch">The batches it is to see.</param>
internal readonly record struct NetworkShape(CsrMatrix Adjacency, int Dimension, int Seed, int Threads, GraphBatch Batch)
{
    /// <summary>Nodes of the graph.</summary>
    public int NodeCount => Adjacency.Rows;
}
