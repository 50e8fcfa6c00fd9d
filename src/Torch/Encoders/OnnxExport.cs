using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Torch;

/// <summary>A transformer of TorchSharp as an ONNX model, with the tokenizer, pooling and settings it had.</summary>
internal static class OnnxExport
{
    /// <summary>Writes the model and opens it in ONNX Runtime.</summary>
    /// <exception cref="NotSupportedException">The model is no BERT, has an activation that <see cref="BertOnnx"/> does not have, or a projection behind its pooling.</exception>
    public static OnnxEncoder Open(SentenceModel model, OnnxEncoderSettings settings)
    {
        TransformerConfig config = model.Model.Config;
        if (config.Family != TransformerFamily.Bert)
            throw new NotSupportedException($"'{settings.Name}' is a {config.Family}; only BERT encoders are written as ONNX.");
        if (model.Projection is not null)
            throw new NotSupportedException($"'{settings.Name}' has a projection behind its pooling, which an ONNX encoder of this library does not run; tune with TuningMethod.Lora or Full.");
        var shape = new BertShape
        {
            Vocabulary = config.VocabularySize,
            Dimension = config.HiddenSize,
            Layers = config.Layers,
            Heads = config.Heads,
            Intermediate = config.IntermediateSize,
            MaxTokens = config.MaxPositions,
            LayerNormEpsilon = (float)config.Epsilon,
            Activation = config.Activation == "gelu_tanh" ? "gelu_new" : config.Activation,
        };
        TransformerWeights weights = model.Model.Weights;
        var tensors = weights.Names.ToDictionary(name => name, name => new FloatTensor(weights[name].shape, TensorTransfer.ToArray(weights[name])), StringComparer.Ordinal);
        return new OnnxEncoder(OnnxModel.Open(BertOnnx.Write(shape, tensors), settings.Options, "written by ToOnnx"), model.Tokenizer, settings with { StoreModel = true });
    }
}
