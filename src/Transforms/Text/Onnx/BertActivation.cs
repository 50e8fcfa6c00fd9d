using HybridRec.MLNet.Text.Onnx;

namespace HybridRec.MLNet.Text;

/// <summary>Activations in standard operators; ONNX Runtime fuses each into one.</summary>
internal static class BertActivation
{
    /// <summary>Adds the nodes and returns the name of the result.</summary>
    public static string Write(OnnxGraphBuilder graph, string activation, string x, string p) => activation switch
    {
        "relu" => graph.Node("Relu", [x], p + "active"),
        "gelu" => Erf(graph, x, p),
        _ => Tanh(graph, x, p),
    };

    // x (1 + erf(x / sqrt 2)) / 2.
    private static string Erf(OnnxGraphBuilder graph, string x, string p)
    {
        graph.Constant(TensorProto.Of(p + "root2", [MathF.Sqrt(2)]));
        graph.Constant(TensorProto.Of(p + "unit", [1f]));
        graph.Constant(TensorProto.Of(p + "half", [0.5f]));
        graph.Node("Div", [x, p + "root2"], p + "scaled");
        graph.Node("Erf", [p + "scaled"], p + "erf");
        graph.Node("Add", [p + "erf", p + "unit"], p + "erf1");
        graph.Node("Mul", [x, p + "erf1"], p + "twice");
        return graph.Node("Mul", [p + "twice", p + "half"], p + "active");
    }

    // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
    private static string Tanh(OnnxGraphBuilder graph, string x, string p)
    {
        graph.Constant(TensorProto.Of(p + "three", [3f]));
        graph.Constant(TensorProto.Of(p + "cubic", [0.044715f]));
        graph.Constant(TensorProto.Of(p + "slope", [MathF.Sqrt(2 / MathF.PI)]));
        graph.Constant(TensorProto.Of(p + "unit", [1f]));
        graph.Constant(TensorProto.Of(p + "half", [0.5f]));
        graph.Node("Pow", [x, p + "three"], p + "cube");
        graph.Node("Mul", [p + "cube", p + "cubic"], p + "bend");
        graph.Node("Add", [x, p + "bend"], p + "bent");
        graph.Node("Mul", [p + "bent", p + "slope"], p + "steep");
        graph.Node("Tanh", [p + "steep"], p + "tanh");
        graph.Node("Add", [p + "tanh", p + "unit"], p + "tanh1");
        graph.Node("Mul", [x, p + "half"], p + "halved");
        return graph.Node("Mul", [p + "halved", p + "tanh1"], p + "active");
    }
}
