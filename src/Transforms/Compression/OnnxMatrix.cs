using HybridRec.MLNet.Text.Onnx;

namespace HybridRec.MLNet.Compression;

/// <summary>A constant matrix of a graph as a node sees it.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Transposed">Whether the node sees its transpose.</param>
internal sealed record OnnxMatrix(TensorProto Tensor, bool Transposed)
{
    public int Rows => (int)Tensor.Dims[Transposed ? 1 : 0];

    public int Columns => (int)Tensor.Dims[Transposed ? 0 : 1];

    public float[] Values()
    {
        float[] values = Tensor.Floats();
        if (!Transposed)
            return values;
        int rows = Rows, columns = Columns;
        float[] turned = new float[values.Length];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                turned[(r * columns) + c] = values[(c * rows) + r];
        return turned;
    }
}
