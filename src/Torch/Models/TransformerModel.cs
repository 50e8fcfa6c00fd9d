using HybridRec.MLNet.Text;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// A transformer over named weights: token ids to one vector a token. An adapter, where there is one, adds to the linear modules it names.
/// </summary>
internal abstract class TransformerModel(TransformerConfig config, TransformerWeights weights, string prefix)
{
    public TransformerConfig Config { get; } = config;

    public TransformerWeights Weights { get; } = weights;

    /// <summary>Adds to linear modules; null for none.</summary>
    public LoraAdapter? Adapter { get; set; }

    /// <summary>Type of the products of linear modules and attention; what is between them, and the weights, stay Single.</summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>The linear modules of the blocks, by their names without the prefix of the file: what an adapter may name.</summary>
    public abstract IReadOnlyList<string> LinearModules { get; }

    /// <summary>What stands before the names in the file: <c>bert.</c> or <c>model.</c> in models with a head, nothing in others.</summary>
    public string Prefix => prefix;

    /// <summary>The model that a configuration asks for.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing or has another shape.</exception>
    public static TransformerModel Create(TransformerConfig config, TransformerWeights weights) => config.Family == TransformerFamily.Bert
        ? new BertModel(config, weights)
        : new LlamaModel(config, weights);

    /// <summary>What stands before the names of a layer's tensors, behind <see cref="Prefix"/>.</summary>
    public abstract string LayerPrefix(int layer);

    /// <summary>The vectors of the tokens.</summary>
    /// <param name="ids">[batch, tokens] Int64 ids.</param>
    /// <param name="mask">[batch, tokens] Boolean: true for a token, false for padding, which stands on the right.</param>
    /// <param name="tape">Keeps the inputs of the layers alone and computes what is within them anew for the gradient; null keeps
    /// all.</param>
    /// <returns>[batch, tokens, hidden].</returns>
    public Tensor Hidden(Tensor ids, Tensor mask, LayerTape? tape = null)
    {
        var x = Start(ids);
        Tensor[] shared = Shared(mask);
        if (tape is not null)
            x = tape.Forward(this, x, shared);
        else
            for (int l = 0; l < Config.Layers; l++)
            {
                // What the gradient needs, it keeps itself; the rest goes with the layer.
                using var scope = NewDisposeScope();
                x = Layer(l, x, shared).MoveToOuterDisposeScope();
            }
        return Finish(x);
    }

    /// <summary>What a layer makes of [batch, tokens, hidden].</summary>
    /// <param name="layer">Its number.</param>
    /// <param name="x">Its input.</param>
    /// <param name="shared">What <see cref="Shared"/> gave.</param>
    public abstract Tensor Layer(int layer, Tensor x, Tensor[] shared);

    /// <summary>The input of the first layer.</summary>
    protected abstract Tensor Start(Tensor ids);

    /// <summary>What all layers need besides their input; it has no gradient.</summary>
    protected abstract Tensor[] Shared(Tensor mask);

    /// <summary>What follows the last layer.</summary>
    protected virtual Tensor Finish(Tensor x) => x;

    /// <summary>A weight by its name without prefix; the adapter's where it has one of its own.</summary>
    protected Tensor Weight(string name) =>
        Adapter is not null && Adapter.Whole.TryGetValue(name, out var own) ? own : Weights[prefix + name];

    /// <summary>Rows of an embedding table: [batch, tokens, hidden].</summary>
    protected Tensor Words(Tensor ids, string table) =>
        Weight(table).index_select(0, ids.flatten()).view(ids.shape[0], ids.shape[1], Config.HiddenSize);

    /// <summary>y = x W^T + b, and what the adapter adds.</summary>
    protected Tensor Linear(string module, Tensor x)
    {
        string bias = module + ".bias";
        x = Cast(x);
        var y = nn.functional.linear(x, Cast(Weight(module + ".weight")), Weights.Contains(prefix + bias) ? Cast(Weight(bias)) : null!);
        return Adapter is null ? y : Adapter.Apply(module, x, y);
    }

    /// <summary>softmax(Q K^T / sqrt(size)) V.</summary>
    protected Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor? mask, bool causal = false) =>
        nn.functional.scaled_dot_product_attention(Cast(query), Cast(key), Cast(value), mask!, is_casual: causal);

    private Tensor Cast(Tensor x) => x.dtype == ComputeType ? x : x.to(ComputeType);

    protected Tensor Activate(Tensor x) => Config.Activation switch
    {
        "gelu" => nn.functional.gelu(x),
        "gelu_tanh" => x.gelu(TorchSharp.Modules.GELU.Approximate.tanh),
        "relu" => nn.functional.relu(x),
        _ => nn.functional.silu(x),
    };

    /// <summary>[batch, tokens, heads x size] to [batch, heads, tokens, size].</summary>
    protected Tensor Split(Tensor x, int heads) => x.view(x.shape[0], x.shape[1], heads, Config.HeadSize).transpose(1, 2);

    /// <summary>The reverse of <see cref="Split"/>.</summary>
    protected static Tensor Join(Tensor x) => x.transpose(1, 2).contiguous().view(x.shape[0], x.shape[2], x.shape[1] * x.shape[3]);

    /// <summary>A linear module's weights must be there; its bias may be.</summary>
    protected void RequireLinear(string module, long outputs, long inputs)
    {
        Weights.Require(prefix + module + ".weight", outputs, inputs);
        if (Weights.Contains(prefix + module + ".bias"))
            Weights.Require(prefix + module + ".bias", outputs);
    }
}
