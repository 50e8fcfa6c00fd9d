using HybridRec.MLNet.Text;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// Llama as an encoder: x_0 = word; a layer is a = x + O CausalAttention(rot(Q n), rot(K n), V n) with n = RMS(x), x' = a + D(act(G m) * U
/// m) with m = RMS(a); the vectors are RMS(x_L). Groups of query heads share a head of keys and values. Padding stands on the right, where
/// causal attention never looks. Touvron et al., "LLaMA", 2023; Su et al., "RoFormer", 2021; Ainslie et al., "GQA", EMNLP 2023.
/// </summary>
internal sealed class LlamaModel : TransformerModel
{
    private readonly string[] _linears;

    public LlamaModel(TransformerConfig config, TransformerWeights weights)
        : base(config, weights, weights.Contains("model.embed_tokens.weight") ? "model." : "")
    {
        int h = config.HiddenSize, q = config.Heads * config.HeadSize, kv = config.KeyValueHeads * config.HeadSize;
        weights.Require(Prefix + "embed_tokens.weight", config.VocabularySize, h);
        weights.Require(Prefix + "norm.weight", h);
        for (int l = 0; l < config.Layers; l++)
        {
            string layer = LayerPrefix(l);
            weights.Require(Prefix + layer + "input_layernorm.weight", h);
            weights.Require(Prefix + layer + "post_attention_layernorm.weight", h);
            RequireLinear(layer + "self_attn.q_proj", q, h);
            RequireLinear(layer + "self_attn.k_proj", kv, h);
            RequireLinear(layer + "self_attn.v_proj", kv, h);
            RequireLinear(layer + "self_attn.o_proj", h, q);
            RequireLinear(layer + "mlp.gate_proj", config.IntermediateSize, h);
            RequireLinear(layer + "mlp.up_proj", config.IntermediateSize, h);
            RequireLinear(layer + "mlp.down_proj", h, config.IntermediateSize);
        }
        _linears = [.. Enumerable.Range(0, config.Layers).SelectMany(l => ((string[])[
            "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
            "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"]).Select(m => $"layers.{l}.{m}"))];
    }

    public override IReadOnlyList<string> LinearModules => _linears;

    public override string LayerPrefix(int layer) => $"layers.{layer}.";

    protected override Tensor Start(Tensor ids) => Words(ids, "embed_tokens.weight");

    protected override Tensor[] Shared(Tensor mask)
    {
        var (cos, sin) = Rotations((int)mask.shape[1]);
        return [cos, sin];
    }

    public override Tensor Layer(int layer, Tensor x, Tensor[] shared)
    {
        int group = Config.Heads / Config.KeyValueHeads;
        string name = LayerPrefix(layer);
        var n = Norm(name + "input_layernorm", x);
        var query = Rotate(Split(Linear(name + "self_attn.q_proj", n), Config.Heads), shared[0], shared[1]);
        var key = Rotate(Split(Linear(name + "self_attn.k_proj", n), Config.KeyValueHeads), shared[0], shared[1]);
        var value = Split(Linear(name + "self_attn.v_proj", n), Config.KeyValueHeads);
        if (group > 1)
            (key, value) = (key.repeat_interleave(group, 1), value.repeat_interleave(group, 1));
        x = x.Plus(Linear(name + "self_attn.o_proj", Join(Attend(query, key, value, mask: null, causal: true))));
        var m = Norm(name + "post_attention_layernorm", x);
        return x.Plus(Linear(name + "mlp.down_proj", Activate(Linear(name + "mlp.gate_proj", m)) * Linear(name + "mlp.up_proj", m)));
    }

    protected override Tensor Finish(Tensor x) => Norm("norm", x);

    private Tensor Norm(string module, Tensor x) =>
        x * x.Squared().mean([-1], keepdim: true).Plus(Config.Epsilon).rsqrt() * Weight(module + ".weight");

    /// <summary>[tokens, head size] of cos and sin of t theta^(-2i / size), for both halves of a head.</summary>
    private (Tensor Cos, Tensor Sin) Rotations(int tokens)
    {
        int half = Config.HeadSize / 2;
        float[] cos = new float[tokens * Config.HeadSize], sin = new float[cos.Length];
        for (int t = 0; t < tokens; t++)
            for (int i = 0; i < half; i++)
            {
                double angle = t * Math.Pow(Config.RopeTheta, -2.0 * i / Config.HeadSize);
                int at = t * Config.HeadSize + i;
                (cos[at], sin[at]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
                (cos[at + half], sin[at + half]) = (cos[at], sin[at]);
            }
        long[] shape = [tokens, Config.HeadSize];
        return (tensor(cos, shape, device: Weights.Device), tensor(sin, shape, device: Weights.Device));
    }

    // (a, b) to (a cos - b sin, b cos + a sin), a and b the halves of a head: the layout of Hugging Face.
    private static Tensor Rotate(Tensor x, Tensor cos, Tensor sin)
    {
        var halves = x.chunk(2, dim: -1);
        return (x * cos).Plus(cat([-halves[1], halves[0]], -1) * sin);
    }
}
