namespace HybridRec.MLNet.Text.Onnx;

/// <summary>A model as it stands in a file: a graph and the versions of the operator sets it is written in.</summary>
internal sealed partial class ModelProto
{
    /// <summary>Version of ONNX's own operator set; 0 if the model does not use it.</summary>
    public long Opset => OpsetImport.FirstOrDefault(s => s.Domain is "" or "ai.onnx")?.Version ?? 0;
}
