using System.Numerics.Tensors;
using HybridRec.MLNet.Text.Onnx;
using OnnxElement = HybridRec.MLNet.Text.Onnx.TensorProto.Types.DataType;

namespace HybridRec.MLNet.Compression;

/// <summary>Finds the constant matrices of a graph: initializers and Constant nodes, also behind Transpose and Identity.</summary>
internal sealed class OnnxConstants
{
    /// <summary>Matrices with fewer values are not worth a scale.</summary>
    private const int FewestValues = 64;

    private readonly Dictionary<string, TensorProto> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeProto> _makers = new(StringComparer.Ordinal);
    private readonly GraphProto _graph;

    public OnnxConstants(GraphProto graph)
    {
        _graph = graph;
        foreach (var tensor in graph.Initializer)
            _tensors[tensor.Name] = tensor;
        foreach (var node in graph.Node)
        {
            foreach (string output in node.Output)
                _makers[output] = node;
            if (node.Is("Constant") && node.Output.Count == 1 && node.Find("value")?.T is { } value)
                _tensors[node.Output[0]] = value;
        }
    }

    /// <summary>The nodes that can be INT8, in the order of the graph.</summary>
    public List<OnnxLayer> Layers()
    {
        var layers = new List<OnnxLayer>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in _graph.Node)
            if (node.Output.Count == 1 && Weight(node) is { } weight)
            {
                string name = string.IsNullOrEmpty(node.Name) || !names.Add(node.Name) ? node.Output[0] : node.Name;
                names.Add(name);
                layers.Add(new OnnxLayer(name, node, weight));
            }
        return layers;
    }

    private OnnxMatrix? Weight(NodeProto node)
    {
        if (node.Input.Count < 2)
            return null;
        if (node.Is("MatMul"))
            return IsConstant(node.Input[0]) ? null : Find(node.Input[1]);
        if (node.Is("Gather"))
            return node.Integer("axis", 0) == 0 && !IsConstant(node.Input[1]) && Find(node.Input[0]) is { Transposed: false } table
                ? table
                : null;
        if (!node.Is("Gemm") || node.Integer("transA", 0) != 0 || IsConstant(node.Input[0])
            || (node.Input.Count > 2 && node.Float("beta", 1) != 1))
            return null;
        var matrix = Find(node.Input[1]);
        return matrix is not null && node.Integer("transB", 0) != 0 ? matrix with { Transposed = !matrix.Transposed } : matrix;
    }

    private bool IsConstant(string value) => _tensors.ContainsKey(value);

    private OnnxMatrix? Find(string value)
    {
        bool transposed = false;
        // At most as many steps as there are nodes: a damaged graph may hold a circle.
        for (int step = 0; step <= _graph.Node.Count; step++)
        {
            if (_tensors.TryGetValue(value, out var tensor))
                return Fits(tensor) ? new OnnxMatrix(tensor, transposed) : null;
            if (!_makers.TryGetValue(value, out var maker) || maker.Input.Count != 1)
                return null;
            if (maker.Is("Transpose"))
            {
                var perm = maker.Find("perm")?.Ints;
                if (perm is not null && perm is not [1, 0])
                    return null;
                transposed = !transposed;
            }
            else if (!maker.Is("Identity"))
                return null;
            value = maker.Input[0];
        }
        return null;
    }

    private static bool Fits(TensorProto tensor)
    {
        if (tensor.Element != OnnxElement.Float || tensor.IsExternal
            || tensor.Dims is not [> 0 and <= int.MaxValue, > 0 and <= int.MaxValue] || tensor.Dims[0] * tensor.Dims[1] < FewestValues)
            return false;
        return TensorPrimitives.IsFiniteAll<float>(tensor.Floats());
    }
}
