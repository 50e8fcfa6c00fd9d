using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Torch;

/// <summary>A transformer of TorchSharp as an ONNX model, with the tokenizer, pooling and settings it had.</summary>
internal static class OnnxExport
{
    /// <summary>Writes the model and opens it in ONNX Runtime.</summary>
    /// <remarks>
    /// A projection behind the pooling is written in front of it, on each token vector: pooling is linear but for the maximum, so that the
    /// two may be swapped.
    /// </remarks>
    /// <exception cref="NotSupportedException">The model is no BERT, has an activation that <see cref="BertOnnx"/> does not have, or a
    /// projection behind a pooling by maximum or several poolings.</exception>
    public static OnnxEncoder Open(SentenceModel model, OnnxEncoderSettings settings)
    {
        TransformerConfig config = model.Model.Config;
        if (config.Family != TransformerFamily.Bert)
            throw new NotSupportedException($"'{settings.Name}' is a {config.Family}; only BERT encoders are written as ONNX.");
        if (model.Projection is not null && (settings.Pooling.Count > 1 || settings.Pooling[0] == PoolingMode.Max))
            throw new NotSupportedException(
                $"'{settings.Name}' has a projection behind its pooling ({string.Join(" + ", settings.Pooling)}); as ONNX it has to be " +
                "behind a single one other than Max. Tune with another pooling, or with TuningMethod.Lora or Full.");
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
        var tensors = weights.Names.ToDictionary(
            name => name, name => new FloatTensor(weights[name].shape, TensorTransfer.ToArray(weights[name])), StringComparer.Ordinal);
        FloatTensor? projection = model.Projection is { } matrix ? new FloatTensor(matrix.shape, TensorTransfer.ToArray(matrix)) : null;
        return new OnnxEncoder(
            OnnxModel.Open(BertOnnx.Write(shape, tensors, projection: projection), settings.Options, "written by ToOnnx"), model.Tokenizer,
            settings with { StoreModel = true });
    }
}
