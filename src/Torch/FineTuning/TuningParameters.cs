using HybridRec.MLNet.Accel;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// What a tuning trains beside or inside of a model: an adapter, all weights, or a projection. The model given stays as it is.
/// </summary>
internal sealed class TuningParameters : IDisposable
{
    private readonly SentenceModel _start;
    private readonly SentenceModel? _copy;
    private readonly Tensor? _projection;

    public TuningParameters(LoraTuning options, SentenceModel start)
    {
        _start = start;
        switch (options.Method)
        {
            case LoraMethod lora:
                Adapter = lora.InitialAdapterPath is { } path
                    ? PeftAdapter.Read(path, start.Model, lora.Dropout)
                    : NewAdapter(lora, options.DrawnSeed, start.Model);
                // A model of its own over the same weights: the one given is not to see the adapter.
                Model = TransformerModel.Create(start.Model.Config, start.Model.Weights);
                Model.Adapter = Adapter;
                List = [.. Adapter.Modules.SelectMany(m => ((string, Tensor)[])[
                    (m.Key + ".lora_A", m.Value.A), (m.Key + ".lora_B", m.Value.B)]), .. Adapter.Whole.Select(w => (w.Key, w.Value))];
                break;
            case FullMethod:
                _copy = start.Copy();
                Model = _copy.Model;
                List = [.. Model.Weights.Names.Order(StringComparer.Ordinal).Select(n => (n, Model.Weights[n]))];
                if (_copy.Projection is not null)
                    List = [.. List, ("2_Dense", _copy.Projection)];
                break;
            case ProjectionMethod projection:
                Model = start.Model;
                _projection = NewProjection(projection, options.DrawnSeed, start);
                List = [("2_Dense", _projection)];
                break;
            default:
                throw new NotSupportedException($"{LoraTuning.Stage}: the method {options.Method} is not known.");
        }
        foreach (var (_, value) in List)
            value.requires_grad_(true);
        // The frozen transformer of a projection is the one given, and runs once.
        if (_projection is null)
            Model.ComputeType = BFloat16Products.TypeFor(options.Precision, start.Model.Weights.Device);
    }

    public IReadOnlyList<(string Name, Tensor Value)> List { get; }

    public long Count => List.Sum(p => p.Value.numel());

    /// <summary>What runs the transformer, adapter included.</summary>
    public TransformerModel Model { get; }

    public LoraAdapter? Adapter { get; }

    /// <summary>What stands behind the pooling while training; null for nothing.</summary>
    public Tensor? Projection => _projection ?? _copy?.Projection ?? _start.Projection;

    /// <summary>
    /// Does something with a model as it is trained so far, between two steps. The model is the one of the training itself where all
    /// weights are trained.
    /// </summary>
    /// <param name="use">Disposes the model.</param>
    public T AsTrained<T>(Func<SentenceModel, T> use)
    {
        var type = Model.ComputeType;
        try
        {
            return use(Result());
        }
        finally
        {
            Model.ComputeType = type;
            foreach (var (_, value) in List)
                value.requires_grad_(true);
        }
    }

    /// <summary>A model with what was trained in its weights, which ask for no gradient any more.</summary>
    public SentenceModel Result()
    {
        using var scope = NewDisposeScope();
        foreach (var (_, value) in List)
            value.requires_grad_(false);
        if (_copy is not null)
            Model.ComputeType = ScalarType.Float32; // what is tuned in BFloat16 is served in Single
        if (_projection is not null)
            return _start.WithProjection(_projection.clone().DetachFromDisposeScope());
        if (_copy is not null)
        {
            foreach (var (name, value) in List)
                if (_copy.Model.Weights.Contains(name) && value.grad is not null)
                    _copy.Model.Weights.MarkTrained(name);
            return _copy.AddReference();
        }
        var merged = _start.Copy();
        Adapter!.MergeInto(merged.Model);
        return merged;
    }

    public void Dispose()
    {
        Adapter?.Dispose();
        _projection?.Dispose();
        _copy?.Dispose();
    }

    private static LoraAdapter NewAdapter(LoraMethod options, int seed, TransformerModel model)
    {
        var adapter = new LoraAdapter(options.Scale) { Dropout = options.Dropout };
        var modules = LoraTargets.Select(model, options.TargetModules, options.TargetPattern);
        for (int m = 0; m < modules.Count; m++)
        {
            long[] shape = model.Weights[model.Prefix + modules[m] + ".weight"].shape;
            // PEFT's start: A uniform within 1 / sqrt(inputs), B zero, so that the addition is.
            var random = Xoshiro256.Stream(seed, 2, m);
            float bound = 1 / MathF.Sqrt(shape[1]);
            float[] a = new float[options.Rank * shape[1]];
            for (int i = 0; i < a.Length; i++)
                a[i] = (float)(2 * random.NextDouble() - 1) * bound;
            using var scope = NewDisposeScope();
            adapter.Add(modules[m], TensorTransfer.ToTensor(a, [options.Rank, shape[1]], model.Weights.Device).DetachFromDisposeScope(),
                zeros(shape[0], options.Rank, device: model.Weights.Device).DetachFromDisposeScope());
        }
        foreach (string weight in options.ModulesToSave is null ? [] : LoraTargets.Whole(model, options.ModulesToSave))
        {
            using var scope = NewDisposeScope();
            adapter.AddWhole(weight, model.Weights[model.Prefix + weight].detach().clone().DetachFromDisposeScope());
        }
        return adapter;
    }

    /// <summary>The projection there is; without one the identity, or random rows of length 1 where the dimension is another.</summary>
    private static Tensor NewProjection(ProjectionMethod options, int seed, SentenceModel start)
    {
        int size = options.Dimension ?? start.Dimension, pooled = start.PooledSize;
        if (start.Projection is not null && size == start.Dimension)
            return start.Projection.detach().clone().DetachFromDisposeScope();
        float[] values = new float[size * pooled];
        if (size == pooled)
            for (int i = 0; i < size; i++)
                values[i * pooled + i] = 1;
        else
        {
            var random = Xoshiro256.Stream(seed, 2, 0);
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)((2 * random.NextDouble() - 1) * Math.Sqrt(3.0 / pooled));
        }
        using var scope = NewDisposeScope();
        return TensorTransfer.ToTensor(values, [size, pooled], start.Model.Weights.Device).DetachFromDisposeScope();
    }
}
