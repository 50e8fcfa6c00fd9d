using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The propagation rule of <see cref="GnnEmbeddingEstimator"/> with its settings; <see cref="GraphModel"/> makes them.</summary>
public abstract record GraphModelSettings
{
    private protected GraphModelSettings()
    {
    }

    /// <summary>Number of propagations L, or of hops.</summary>
    public required int Layers { get; init; }

    /// <summary>What messages call the model.</summary>
    internal abstract string Name { get; }

    /// <summary>The fewest layers it can have; 0 is matrix factorization.</summary>
    internal virtual int LeastLayers => 0;

    /// <summary>The first layer in the mean that is the vector of a node.</summary>
    internal virtual int FirstLayer => 0;

    /// <summary>Whether layer 0 is the features of items alone.</summary>
    internal virtual bool StartsFromContent => false;

    /// <summary>Whether interactions fold into a fitted model.</summary>
    internal virtual bool FoldsIn => true;

    /// <summary>The constants of the edges.</summary>
    internal virtual GraphNormalization EdgeConstants => GraphNormalization.Row;

    /// <summary>The settings of a model that samples neighborhoods; null for one that propagates over the whole graph.</summary>
    internal virtual ISampledModel? Sampled => null;

    /// <summary>Makes what trains.</summary>
    internal abstract IGraphNetwork Network(NetworkShape shape);

    /// <summary>Refuses illegal settings.</summary>
    internal virtual void Validate(OptionCheck check) => check.Between(Layers, LeastLayers, 16, nameof(Layers));
}
