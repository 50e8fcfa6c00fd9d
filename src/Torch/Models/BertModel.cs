using HybridRec.MLNet.Text;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// BERT: x_0 = LN(word + position + type 0); a layer is a = LN(x + O Attention(Qx, Kx, Vx)), x' = LN(a + W_2 act(W_1 a)).
/// Dropout is that of inference: none. Devlin et al., "BERT", NAACL 2019.
/// </summary>
internal sealed class BertModel : TransformerModel
{
    private readonly string[] _linears;

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
            string layer = LayerPrefix(l);
            foreach (string module in (string[])[
                "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"])
                RequireLinear(layer + module, h, h);
            RequireLinear(layer + "intermediate.dense", config.IntermediateSize, h);
            RequireLinear(layer + "output.dense", h, config.IntermediateSize);
            RequireNorm(layer + "attention.output.LayerNorm");
            RequireNorm(layer + "output.LayerNorm");
        }
        _linears = [.. Enumerable.Range(0, config.Layers).SelectMany(l => ((string[])[
            "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense",
            "output.dense"]).Select(m => $"encoder.layer.{l}.{m}"))];
    }

    public override IReadOnlyList<string> LinearModules => _linears;

    public override string LayerPrefix(int layer) => $"encoder.layer.{layer}.";

    protected override Tensor Start(Tensor ids)
    {
        long length = ids.shape[1];
        var x = Words(ids, "embeddings.word_embeddings.weight")
            .Plus(Weight("embeddings.position_embeddings.weight")[..(int)length])
            .Plus(Weight("embeddings.token_type_embeddings.weight")[0]);
        return Norm("embeddings.LayerNorm", x);
    }

    // [batch, 1, 1, tokens]: every token sees all tokens, no padding.
    protected override Tensor[] Shared(Tensor mask) => [mask.unsqueeze(1).unsqueeze(1)];

    public override Tensor Layer(int layer, Tensor x, Tensor[] shared)
    {
        string name = LayerPrefix(layer);
        var attention = Attend(
            Split(Linear(name + "attention.self.query", x), Config.Heads),
            Split(Linear(name + "attention.self.key", x), Config.Heads),
            Split(Linear(name + "attention.self.value", x), Config.Heads), shared[0]);
        x = Norm(name + "attention.output.LayerNorm", x.Plus(Linear(name + "attention.output.dense", Join(attention))));
        var inner = Activate(Linear(name + "intermediate.dense", x));
        return Norm(name + "output.LayerNorm", x.Plus(Linear(name + "output.dense", inner)));
    }

    private Tensor Norm(string module, Tensor x) =>
        nn.functional.layer_norm(x, [Config.HiddenSize], Weight(module + ".weight"), Weight(module + ".bias"), Config.Epsilon);

    private void RequireNorm(string module)
    {
        Weights.Require(Prefix + module + ".weight", Config.HiddenSize);
        Weights.Require(Prefix + module + ".bias", Config.HiddenSize);
    }
}
