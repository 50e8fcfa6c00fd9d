namespace HybridRec.MLNet.Text.Onnx;

/// <summary>One operator application.</summary>
internal sealed partial class NodeProto
{
    /// <summary>Whether it is an operator of ONNX's own set.</summary>
    public bool Is(string operation) => OpType == operation && Domain is "" or "ai.onnx";

    public AttributeProto? Find(string attribute) => Attribute.FirstOrDefault(a => a.Name == attribute);

    public long Integer(string attribute, long otherwise) => Find(attribute) is { HasI: true } found ? found.I : otherwise;

    public float Float(string attribute, float otherwise) => Find(attribute) is { HasF: true } found ? found.F : otherwise;
}
