using HybridRec.MLNet.Text;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// BERT: x_0 = LN(word + position + type 0); a layer is a = LN(x + O Attention(Qx, Kx, Vx)), x' = LN(a + W_2 act(W_1 a)).
/// Dropout is that of inference: none. Devlin et al., "BERT", NAACL 2019.
/// </summary>
internal sealed class BertModel : TransformerModel
{
    readonly string[] _linears;

    public BertModel(TransformerConfig config, TransformerWeights weights)
        : base(config, weights, weights.Contains("bert.embeddings.word_embeddings.weight") ? "bert." : "")
    {
        int h = config.HiddenSize;
        weights.Require(Prefix + "embeddings.word_embeddings.weight", config.VocabularySize, h);
        weights.Require(Prefix + "embeddings.position_embeddings.weight", config.MaxPositions, h);
        weights.Require(Prefix + "embeddings.token_type_embeddings.weight", config.TokenTypes, h);
        RequireNorm("embeddings.LayerNorm");
        for (int l = 0; l < config.Layers; l++)
        {
            string layer = $"encoder.layer.{l}.";
            foreach (string module in (string[])["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"])
                RequireLinear(layer + module, h, h);
            RequireLinear(layer + "intermediate.dense", config.IntermediateSize, h);
            RequireLinear(layer + "output.dense", h, config.IntermediateSize);
            RequireNorm(layer + "attention.output.LayerNorm");
            RequireNorm(layer + "output.LayerNorm");
        }
        _linears = [.. Enumerable.Range(0, config.Layers).SelectMany(l => ((string[])["attention.self.query", "attention.self.key", "attention.self.value",
            "attention.output.dense", "intermediate.dense", "output.dense"]).Select(m => $"encoder.layer.{l}.{m}"))];
    }

    public override IReadOnlyList<string> LinearModules => _linears;

    public override Tensor Hidden(Tensor ids, Tensor mask)
    {
        long length = ids.shape[1];
        var x = Words(ids, "embeddings.word_embeddings.weight")
            + Weight("embeddings.position_embeddings.weight")[..(int)length]
            + Weight("embeddings.token_type_embeddings.weight")[0];
        x = Norm("embeddings.LayerNorm", x);
        var seen = mask.unsqueeze(1).unsqueeze(1); // [batch, 1, 1, tokens]: every token sees all tokens, no padding
        for (int l = 0; l < Config.Layers; l++)
        {
            string layer = $"encoder.layer.{l}.";
            var attention = nn.functional.scaled_dot_product_attention(
                Split(Linear(layer + "attention.self.query", x), Config.Heads),
                Split(Linear(layer + "attention.self.key", x), Config.Heads),
                Split(Linear(layer + "attention.self.value", x), Config.Heads), seen);
            x = Norm(layer + "attention.output.LayerNorm", x + Linear(layer + "attention.output.dense", Join(attention)));
            var inner = Activate(Linear(layer + "intermediate.dense", x));
            x = Norm(layer + "output.LayerNorm", x + Linear(layer + "output.dense", inner));
        }
        return x;
    }

    Tensor Norm(string module, Tensor x) =>
        nn.functional.layer_norm(x, [Config.HiddenSize], Weight(module + ".weight"), Weight(module + ".bias"), Config.Epsilon);

    void RequireNorm(string module)
    {
        Weights.Require(Prefix + module + ".weight", Config.HiddenSize);
        Weights.Require(Prefix + module + ".bias", Config.HiddenSize);
    }
}
