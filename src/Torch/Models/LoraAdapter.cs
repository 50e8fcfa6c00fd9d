using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// Low-rank additions to linear modules: y = W x + b + s B A dropout(x), A [rank, inputs], B [outputs, rank], s = alpha / rank, or alpha /
/// sqrt(rank) (rsLoRA); and weights that take the place of the model's. Hu et al., "LoRA", ICLR 2022; Kalajdzievski, "A Rank Stabilization
/// Scaling Factor for Fine-Tuning with LoRA", 2023.
/// </summary>
internal sealed class LoraAdapter : IDisposable
{
    private readonly SortedDictionary<string, (Tensor A, Tensor B)> _modules = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Tensor> _whole = new(StringComparer.Ordinal);
    private readonly double _scale;

    public LoraAdapter(double scale) => _scale = scale;

    /// <summary>Factor of B A.</summary>
    public double Scale => _scale;

    /// <summary>Share of the adapter's inputs that are set to 0 while <see cref="DropoutGenerator"/> is there.</summary>
    public double Dropout { get; init; }

    /// <summary>Draws the dropout; null outside of training.</summary>
    public Generator? DropoutGenerator { get; set; }

    /// <summary>The matrices by module, in order of their names.</summary>
    public IReadOnlyDictionary<string, (Tensor A, Tensor B)> Modules => _modules;

    /// <summary>Weights in place of the model's, by name without its prefix: PEFT's modules_to_save.</summary>
    public IReadOnlyDictionary<string, Tensor> Whole => _whole;

    /// <summary>Adds a module; the tensors are taken over.</summary>
    public void Add(string module, Tensor a, Tensor b) => _modules.Add(module, (a, b));

    /// <summary>Adds a weight in place of the model's; the tensor is taken over.</summary>
    public void AddWhole(string weight, Tensor value) => _whole.Add(weight, value);

    /// <summary>Adds to what a module gives, in place.</summary>
    public Tensor Apply(string module, Tensor x, Tensor y)
    {
        if (!_modules.TryGetValue(module, out var matrices))
            return y;
        if (DropoutGenerator is not null && Dropout > 0)
            x = (x * rand(x.shape, device: x.device, generator: DropoutGenerator).ge(Held.Number(Dropout)).to(x.dtype)).Over(1 - Dropout);
        // What the gradient needs, it keeps itself. A handle here keeps a tensor until the batch ends, so none is left to one of the size
        // of y; and the factor goes to the narrow one.
        using var low = nn.functional.linear(x, matrices.A.to(x.dtype));
        using var scaled = low.Times(_scale);
        using var added = nn.functional.linear(scaled, matrices.B.to(x.dtype));
        return y.AddInPlace(added);
    }

    /// <summary>
    /// Adds s B A to the weights of a model and puts the whole ones in their places; it then gives the same without the adapter.
    /// </summary>
    public void MergeInto(TransformerModel model)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (module, (a, b)) in _modules)
        {
            string weight = model.Prefix + module + ".weight";
            model.Weights.Set(weight, model.Weights[weight].Plus(b.matmul(a).Times(_scale)));
        }
        foreach (var (weight, value) in _whole)
            model.Weights.Set(model.Prefix + weight, value);
    }

    public void Dispose()
    {
        foreach (var (a, b) in _modules.Values)
        {
            a.Dispose();
            b.Dispose();
        }
        foreach (var value in _whole.Values)
            value.Dispose();
        _modules.Clear();
        _whole.Clear();
    }
}
