using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// LightGCN: <c>h(l) = A h(l-1)</c>, and the vector of a node is the mean of its layers 0..L. The only trained parameters are the layer-0
/// embeddings (and the projection of node features). With 0 layers it is matrix factorization. Source: He et al., "LightGCN",
/// SIGIR 2020, equations 3 and 4.
/// </summary>
public sealed record LightGcnModel : GraphModelSettings
{
    /// <summary>The constants <c>1/c_vu</c> of the edges.</summary>
    /// <value>The default is <see cref="GraphNormalization.Symmetric"/>, <c>1/sqrt(d_v d_u)</c>.</value>
    public GraphNormalization Normalization { get; init; } = GraphNormalization.Symmetric;

    internal override string Name => "LightGcn";

    internal override GraphNormalization EdgeConstants => Normalization;

    internal override IGraphNetwork Network(NetworkShape shape) => new LightGcnNetwork(shape, Layers);

    internal override void Validate(OptionCheck check)
    {
        base.Validate(check);
        check.Defined(Normalization, nameof(Normalization));
    }
}
