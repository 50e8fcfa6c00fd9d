using System.Numerics.Tensors;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Compression;

/// <summary>Finds the constant matrices of a graph: initializers and Constant nodes, also behind Transpose and Identity.</summary>
internal sealed class OnnxConstants
{
    /// <summary>Matrices with fewer values are not worth a scale.</summary>
    private const int FewestValues = 64;

    private readonly Dictionary<string, OnnxTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxNode> _makers = new(StringComparer.Ordinal);
    private readonly OnnxGraph _graph;

    public OnnxConstants(OnnxGraph graph)
    {
        _graph = graph;
        foreach (var tensor in graph.Initializers)
            _tensors[tensor.Name] = tensor;
        foreach (var node in graph.Nodes)
        {
            foreach (string output in node.Outputs)
                _makers[output] = node;
            if (node.Is("Constant") && node.Outputs.Count == 1 && node.Attribute("value")?.Tensor is { } value)
                _tensors[node.Outputs[0]] = value;
        }
    }

    /// <summary>The nodes that can be INT8, in the order of the graph.</summary>
    public List<OnnxLayer> Layers()
    {
        var layers = new List<OnnxLayer>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in _graph.Nodes)
            if (node.Outputs.Count == 1 && Weight(node) is { } weight)
            {
                string name = string.IsNullOrEmpty(node.Name) || !names.Add(node.Name) ? node.Outputs[0] : node.Name;
                names.Add(name);
                layers.Add(new OnnxLayer(name, node, weight));
            }
        return layers;
    }

    private OnnxMatrix? Weight(OnnxNode node)
    {
        if (node.Inputs.Count < 2)
            return null;
        if (node.Is("MatMul"))
            return IsConstant(node.Inputs[0]) ? null : Find(node.Inputs[1]);
        if (node.Is("Gather"))
            return node.Integer("axis", 0) == 0 && !IsConstant(node.Inputs[1]) && Find(node.Inputs[0]) is { Transposed: false } table ? table : null;
        if (!node.Is("Gemm") || node.Integer("transA", 0) != 0 || IsConstant(node.Inputs[0]) || (node.Inputs.Count > 2 && node.Attribute("beta")?.Float is not (null or 1)))
            return null;
        var matrix = Find(node.Inputs[1]);
        return matrix is not null && node.Integer("transB", 0) != 0 ? matrix with { Transposed = !matrix.Transposed } : matrix;
    }

    private bool IsConstant(string value) => _tensors.ContainsKey(value);

    private OnnxMatrix? Find(string value)
    {
        bool transposed = false;
        // At most as many steps as there are nodes: a damaged graph may hold a circle.
        for (int step = 0; step <= _graph.Nodes.Count; step++)
        {
            if (_tensors.TryGetValue(value, out var tensor))
                return Fits(tensor) ? new OnnxMatrix(tensor, transposed) : null;
            if (!_makers.TryGetValue(value, out var maker) || maker.Inputs.Count != 1)
                return null;
            if (maker.Is("Transpose"))
            {
                var perm = maker.Attribute("perm")?.Integers;
                if (perm is not null && perm is not [1, 0])
                    return null;
                transposed = !transposed;
            }
            else if (!maker.Is("Identity"))
                return null;
            value = maker.Inputs[0];
        }
        return null;
    }

    private static bool Fits(OnnxTensor tensor)
    {
        if (tensor.Element != OnnxElement.Single || tensor.IsExternal || tensor.Shape is not [> 0 and <= int.MaxValue, > 0 and <= int.MaxValue] || tensor.Shape[0] * tensor.Shape[1] < FewestValues)
            return false;
        return TensorPrimitives.IsFiniteAll<float>(tensor.Floats());
    }
}
