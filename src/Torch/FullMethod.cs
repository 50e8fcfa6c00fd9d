using HybridRec.MLNet.Torch;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Trains all weights of the transformer, and its projection where it has one.</summary>
public sealed record FullMethod : TuningMethod
{
    internal override string Name => "Full";

    internal override double LearningRate => 5e-5;

    internal override void Validate(OptionCheck check, TransformerModel model)
    {
    }
}
