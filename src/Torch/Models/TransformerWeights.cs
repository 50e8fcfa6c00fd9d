using HybridRec.MLNet.Files;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// The tensors of a model by their Hugging Face names: those of float types as Single on a device, others (buffers, quantized ones) as the
/// bytes they are, so that a folder that is written again is the one that was read.
/// </summary>
internal sealed class TransformerWeights : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorType> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorData> _others = new(StringComparer.Ordinal);
    private readonly string _origin;

    private TransformerWeights(string origin, Device device) => (_origin, Device) = (origin, device);

    public Device Device { get; }

    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>Number of float parameters.</summary>
    public long ParameterCount => _tensors.Values.Sum(t => t.numel());

    public Tensor this[string name] => _tensors[name];

    /// <summary>Reads all tensors of a folder.</summary>
    public static TransformerWeights Read(SafeTensorsFolder folder, Device device) =>
        Read(folder.Path, folder.TensorNames.Select(name => (folder.FileOf(name), folder.FileOf(name).Find(name))), device);

    /// <summary>Reads all tensors of a file.</summary>
    public static TransformerWeights Read(SafeTensorsFile file, Device device) =>
        Read(file.Name, file.Tensors.Select(t => (file, t)), device);

    /// <summary>New tensors, which are taken over.</summary>
    public static TransformerWeights Of(string origin, Device device, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        var weights = new TransformerWeights(origin, device);
        foreach (var (name, value) in tensors)
        {
            weights._tensors.Add(name, value);
            weights._types.Add(name, TensorType.F32);
        }
        return weights;
    }

    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>A tensor, which must be there with this shape.</summary>
    /// <exception cref="InvalidDataException">It is missing or has another shape.</exception>
    public void Require(string name, params long[] shape)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
            throw new InvalidDataException(
                $"The model '{_origin}' has no float tensor '{name}', which its config.json asks for. Fetch the files again.");
        if (!tensor.shape.AsSpan().SequenceEqual(shape))
            throw new InvalidDataException($"Tensor '{name}' of '{_origin}' has the shape [{string.Join(", ", tensor.shape)}]; " +
                $"config.json asks for [{string.Join(", ", shape)}]. Fetch the files again.");
    }

    /// <summary>Replaces the values of a tensor; it is written as Single from then on.</summary>
    public void Set(string name, Tensor values)
    {
        using var frozen = no_grad();
        _tensors[name].copy_(values);
        _types[name] = TensorType.F32;
    }

    /// <summary>Notes that a tensor was trained in place: it is written as Single from then on.</summary>
    public void MarkTrained(string name) => _types[name] = TensorType.F32;

    /// <summary>All tensors, to be written.</summary>
    public IEnumerable<TensorData> Data() =>
        [.. _tensors.Select(t => TensorTransfer.ToData(t.Key, t.Value, _types[t.Key])), .. _others.Values];

    /// <summary>The same values in tensors of their own.</summary>
    public TransformerWeights Copy() => Select(name => name);

    /// <summary>Copies of some of the tensors under other names.</summary>
    /// <param name="nameOf">The new name of each; null leaves it out.</param>
    public TransformerWeights Select(Func<string, string?> nameOf)
    {
        var chosen = new TransformerWeights(_origin, Device);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, tensor) in _tensors)
            if (nameOf(name) is { } other)
            {
                chosen._tensors.Add(other, tensor.detach().clone().DetachFromDisposeScope());
                chosen._types.Add(other, _types[name]);
            }
        foreach (var (name, data) in _others)
            if (nameOf(name) is { } other)
                chosen._others.Add(other, data with { Name = other });
        return chosen;
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
            tensor.Dispose();
        _tensors.Clear();
    }

    private static TransformerWeights Read(string origin, IEnumerable<(SafeTensorsFile File, TensorEntry Entry)> tensors, Device device)
    {
        var weights = new TransformerWeights(origin, device);
        try
        {
            foreach (var (file, entry) in tensors)
                if (TensorTransfer.IsFloat(entry.Type))
                {
                    weights._tensors.Add(entry.Name, TensorTransfer.ToTensor(file, entry, device));
                    weights._types.Add(entry.Name, entry.Type);
                }
                else
                {
                    byte[] bytes = new byte[entry.Bytes];
                    file.Read(entry, 0, bytes);
                    weights._others.Add(entry.Name, new TensorData(entry.Name, entry.Type, entry.Shape, stream => stream.Write(bytes)));
                }
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }
}
