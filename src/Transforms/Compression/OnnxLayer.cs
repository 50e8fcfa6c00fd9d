using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Compression;

/// <summary>A node with constant weights that can be INT8.</summary>
/// <param name="Name">Name of the node; of its output where it has none.</param>
/// <param name="Node">MatMul, Gemm or Gather.</param>
/// <param name="Weight">[in, out] for a product, [rows, width] for a table.</param>
internal sealed record OnnxLayer(string Name, OnnxNode Node, OnnxMatrix Weight)
{
    public bool IsTable => Node.OpType == "Gather";

    /// <summary>The value that is multiplied with the weight, or looked up in it.</summary>
    public string Input => Node.Inputs[IsTable ? 1 : 0];
}
