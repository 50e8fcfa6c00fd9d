namespace HybridRec.MLNet.Graph;

/// <summary>A loss over the vectors of a batch, with its gradient.</summary>
internal interface IBatchLoss
{
    /// <summary>Computes the mean loss of the batch and overwrites the gradient of its rows.</summary>
    /// <param name="batch">The interactions.</param>
    /// <param name="vectors">One row for each node of <see cref="GraphBatch.Nodes"/>.</param>
    /// <param name="gradient">Same shape as <paramref name="vectors"/>.</param>
    double Step(GraphBatch batch, ReadOnlySpan<float> vectors, Span<float> gradient);
}
