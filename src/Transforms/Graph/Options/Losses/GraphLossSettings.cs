using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// What the training of <see cref="GnnEmbeddingEstimator"/> minimizes, with its settings; <see cref="GraphLoss"/> makes them.
/// </summary>
public abstract record GraphLossSettings
{
    internal const int MostNegatives = 1 << 20;

    private protected GraphLossSettings()
    {
    }

    /// <summary>Whether it is of cosines whatever the similarity.</summary>
    internal virtual bool OfCosines => false;

    /// <summary>The exponent of an item's length in the score that is trained.</summary>
    internal virtual float ItemExponent => 0;

    /// <summary>These settings with what a similarity decides in place of nulls.</summary>
    /// <param name="cosines">Whether scores are cosines.</param>
    internal virtual GraphLossSettings For(bool cosines) => this;

    /// <summary>These settings with what the data decide in place of nulls.</summary>
    /// <param name="cosines">Whether scores are cosines.</param>
    /// <param name="items">Items with an interaction.</param>
    internal virtual GraphLossSettings For(bool cosines, int items) => this;

    /// <summary>Name and settings, for the log.</summary>
    internal virtual string Told => GetType().Name;

    /// <summary>Makes what chooses the interactions and negatives of each step.</summary>
    /// <param name="graph">The interactions.</param>
    /// <param name="batchSize">Most interactions in a step.</param>
    /// <param name="seed">The seed.</param>
    internal abstract IBatchSampler Sampler(InteractionGraph graph, int batchSize, int seed);

    /// <summary>Negatives that a batch has room for.</summary>
    /// <param name="batchSize">Most interactions in a step.</param>
    internal abstract int NegativesOf(int batchSize);

    /// <summary>Makes what computes the loss of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="dimension">Length of the vectors.</param>
    /// <param name="cosines">Whether scores are cosines.</param>
    /// <param name="threads">Threads.</param>
    internal abstract IBatchLoss Of(GraphBatch batch, int dimension, bool cosines, int threads);

    /// <summary>Refuses illegal settings.</summary>
    internal abstract void Validate(OptionCheck check);

    /// <summary>The divisor in effect: 0.2 for cosines and 1 for dot products where none is given.</summary>
    private protected static float InEffect(float? temperature, bool cosines) => temperature ?? (cosines ? 0.2f : 1f);
}
