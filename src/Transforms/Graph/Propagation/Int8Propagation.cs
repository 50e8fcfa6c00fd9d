using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>Products with A in 8 bits: a table is rounded once, its scales are folded into A, and the result is a table again.</summary>
internal sealed class Int8Propagation(CsrMatrix matrix, IAggregationBackend backend, int threads)
{
    /// <summary>The table rounded to 8 bits.</summary>
    public Int8Table Quantize(float[] table, int dimension) => Int8Table.Quantize(table, dimension, threads);

    /// <summary>A x.</summary>
    public Int8Table Next(Int8Table x)
    {
        var result = new Int8Table(matrix.Rows, x.Dimension);
        backend.Aggregate(Int16Adjacency.Fold(matrix, x, threads), x, result);
        return result;
    }

    /// <summary>destination = A source, by way of 8 bits.</summary>
    public void Multiply(float[] source, float[] destination, int dimension) => Next(Quantize(source, dimension)).Dequantize(destination);
}
