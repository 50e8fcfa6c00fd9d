using HybridRec.MLNet.Text.Onnx;

namespace HybridRec.MLNet.Compression;

/// <summary>A node with constant weights that can be INT8.</summary>
/// <param name="name">Name of the node; of its output where it has none.</param>
/// <param name="node">MatMul, Gemm or Gather.</param>
/// <param name="weight">[in, out] for a product, [rows, width] for a table.</param>
/// <remarks>No record: messages are compared and hashed by their bytes, and weights have many.</remarks>
internal sealed class OnnxLayer(string name, NodeProto node, OnnxMatrix weight)
{
    public string Name => name;

    public NodeProto Node => node;

    public OnnxMatrix Weight => weight;

    public bool IsTable => Node.OpType == "Gather";

    /// <summary>The value that is multiplied with the weight, or looked up in it.</summary>
    public string Input => Node.Input[IsTable ? 1 : 0];
}
