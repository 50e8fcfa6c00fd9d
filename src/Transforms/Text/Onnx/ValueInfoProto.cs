using Element = HybridRec.MLNet.Text.Onnx.TensorProto.Types.DataType;

namespace HybridRec.MLNet.Text.Onnx;

/// <summary>Name and type of an input, an output or a value in between.</summary>
internal sealed partial class ValueInfoProto
{
    /// <summary>A tensor; sides are numbers (long) or names of open ones (string).</summary>
    public static ValueInfoProto Of(string name, Element element, params ReadOnlySpan<object> shape)
    {
        var sides = new TensorShapeProto();
        foreach (object side in shape)
            sides.Dim.Add(side is long length
                ? new TensorShapeProto.Types.Dimension { DimValue = length }
                : new TensorShapeProto.Types.Dimension { DimParam = (string)side });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)element, Shape = sides } }
        };
    }
}
