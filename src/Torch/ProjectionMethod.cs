using HybridRec.MLNet.Torch;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Trains one matrix over the pooled vector; the transformer stays as it is, so that each text runs through it once.</summary>
public sealed record ProjectionMethod : TuningMethod
{
    /// <summary>Length of a vector behind the projection.</summary>
    /// <value>The default is null: as before it.</value>
    public int? Dimension { get; init; }

    internal override string Name => "Projection";

    internal override double LearningRate => 1e-3;

    internal override void Validate(OptionCheck check, TransformerModel model) => check.AtLeast(Dimension, 1, nameof(Dimension));
}
