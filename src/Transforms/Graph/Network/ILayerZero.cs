namespace HybridRec.MLNet.Graph;

/// <summary>The layer-0 table E as a network asks for it.</summary>
internal interface ILayerZero
{
    /// <summary>Makes the table that of all nodes under the current parameters.</summary>
    void Compute();

    /// <summary>Makes the table the rows of some distinct nodes, in their order: all that a step over sampled blocks touches.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="cold">Which of the first of them have their features alone, as a node that nobody touched.</param>
    void Compute(ReadOnlySpan<int> nodes, ReadOnlySpan<bool> cold = default);

    /// <summary>Whether a node has features of its own.</summary>
    bool HasFeatures(int node);
}
