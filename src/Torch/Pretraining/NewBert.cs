using System.Text.Json;
using System.Text.Json.Nodes;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Text;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// A BERT before its first step: weights normal with deviation .02, biases 0, norms 1 (Devlin et al. 2019), and the head that tells tokens.
/// </summary>
internal static class NewBert
{
    // Words count more than places where they are known from the start.
    private const double Deviation = 0.02, WarmDeviation = 2 * Deviation, Epsilon = 1e-12;
    private const int TokenTypes = 1;

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>config.json of the model.</summary>
    public static byte[] Config(PretrainingOptions options, int vocabulary) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["architectures"] = new JsonArray("BertModel"),
        ["model_type"] = "bert",
        ["hidden_size"] = options.Dimension,
        ["num_hidden_layers"] = options.Layers,
        ["num_attention_heads"] = options.Heads,
        ["intermediate_size"] = options.EffectiveIntermediateSize,
        ["vocab_size"] = vocabulary,
        ["max_position_embeddings"] = options.MaxTokens,
        ["type_vocab_size"] = TokenTypes,
        ["layer_norm_eps"] = Epsilon,
        ["hidden_act"] = "gelu",
        ["position_embedding_type"] = "absolute",
        ["initializer_range"] = Deviation,
        ["hidden_dropout_prob"] = 0,
        ["attention_probs_dropout_prob"] = 0,
        ["pad_token_id"] = 0,
    }, s_indented);

    /// <summary>The encoder; its tensors are outside of every scope.</summary>
    public static SentenceModel Create(PretrainingOptions options, TextTokenizer tokenizer, int vocabulary, ModelFiles files, Device device)
    {
        int h = options.Dimension, inner = options.EffectiveIntermediateSize;
        var start = new Start(options.Training.Seed!.Value, device);
        start.Matrix("embeddings.word_embeddings.weight", vocabulary, h);
        start.Matrix("embeddings.position_embeddings.weight", options.MaxTokens, h);
        start.Matrix("embeddings.token_type_embeddings.weight", TokenTypes, h);
        start.Norm("embeddings.LayerNorm", h);
        for (int l = 0; l < options.Layers; l++)
        {
            string layer = $"encoder.layer.{l}.";
            foreach (string module in (string[])[
                "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"])
                start.Linear(layer + module, h, h);
            start.Norm(layer + "attention.output.LayerNorm", h);
            start.Linear(layer + "intermediate.dense", inner, h);
            start.Linear(layer + "output.dense", h, inner);
            start.Norm(layer + "output.LayerNorm", h);
        }
        var config = TransformerConfig.Parse(files[ModelFiles.Config], ModelFiles.Config);
        var settings = new OnnxEncoderSettings(
            options.Name, [PoolingMode.Mean], Normalize: true, options.MaxTokens, Prompt: "", IncludePrompt: true, StoreModel: true,
            new EncoderOptions());
        return new SentenceModel(
            TransformerModel.Create(config, TransformerWeights.Of(options.Name, device, start.Tensors)), tokenizer, settings,
            projection: null);
    }

    /// <summary>The head's tensors by their Hugging Face names; its table is the encoder's.</summary>
    public static IReadOnlyList<(string Name, Tensor Value)> Head(PretrainingOptions options, int vocabulary, Device device)
    {
        var start = new Start(options.Training.Seed!.Value + 1L, device);
        start.Linear("cls.predictions.transform.dense", options.Dimension, options.Dimension);
        start.Norm("cls.predictions.transform.LayerNorm", options.Dimension);
        start.Fill("cls.predictions.bias", 0, vocabulary);
        return start.Tensors;
    }

    /// <summary>
    /// Puts given vectors, of length 1 each, into a table of tokens, as long as the positions' are short; rows of zeros leave what is
    /// there. And a bias into its place.
    /// </summary>
    public static void Warm(Tensor table, float[] vectors, Tensor bias, float[] logFrequencies)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var given = tensor(vectors, table.shape, device: table.device);
        double length = WarmDeviation * Math.Sqrt(table.shape[1]);
        table.copy_(where(given.abs().sum(1, keepdim: true).gt(Held.Number(0)), given.Times(length), table));
        bias.copy_(tensor(logFrequencies, bias.shape, device: bias.device));
    }

    private sealed class Start(long seed, Device device)
    {
        private readonly List<(string Name, Tensor Value)> _tensors = [];

        public IReadOnlyList<(string Name, Tensor Value)> Tensors => _tensors;

        public void Linear(string module, int outputs, int inputs)
        {
            Matrix(module + ".weight", outputs, inputs);
            Fill(module + ".bias", 0, outputs);
        }

        public void Norm(string module, int width)
        {
            Fill(module + ".weight", 1, width);
            Fill(module + ".bias", 0, width);
        }

        public void Matrix(string name, int rows, int columns)
        {
            // A stream of its own, so that a tensor's start does not depend on those before it.
            var random = Xoshiro256.Stream(seed, 2, _tensors.Count);
            float[] values = new float[checked(rows * columns)];
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(Deviation * random.NextNormal());
            using var scope = NewDisposeScope();
            _tensors.Add((name, TensorTransfer.ToTensor(values, [rows, columns], device).DetachFromDisposeScope()));
        }

        public void Fill(string name, float value, int width)
        {
            using var scope = NewDisposeScope();
            _tensors.Add((name, full([width], Held.Number(value), ScalarType.Float32, device).DetachFromDisposeScope()));
        }
    }
}
