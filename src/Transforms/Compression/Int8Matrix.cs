using System.Numerics.Tensors;

namespace HybridRec.MLNet.Compression;

/// <summary>A matrix as 8-bit integers, w ~ scale * q, symmetric: no zero point. A row or column of zeros has the scale 1.</summary>
/// <param name="Values">rows x columns, row-major.</param>
/// <param name="Scales">One for each column or row.</param>
internal sealed record Int8Matrix(sbyte[] Values, float[] Scales)
{
    /// <summary>One scale a column: the output channels of a layer, so that a product is scaled once, at its end.</summary>
    /// <param name="values">rows x columns.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="largest">Largest integer used.</param>
    public static Int8Matrix ByColumns(ReadOnlySpan<float> values, int columns, int largest)
    {
        float[] scales = new float[columns];
        for (int at = 0; at < values.Length; at += columns)
            TensorPrimitives.MaxMagnitude(values.Slice(at, columns), scales, scales);
        for (int c = 0; c < columns; c++)
            scales[c] = Scale(Math.Abs(scales[c]), largest);
        sbyte[] rounded = new sbyte[values.Length];
        for (int at = 0; at < values.Length; at += columns)
            for (int c = 0; c < columns; c++)
                rounded[at + c] = (sbyte)MathF.Round(values[at + c] / scales[c]);
        return new Int8Matrix(rounded, scales);
    }

    /// <summary>One scale a row: the tokens of a table, of which rows are looked up.</summary>
    public static Int8Matrix ByRows(ReadOnlySpan<float> values, int columns, int largest)
    {
        float[] scales = new float[columns == 0 ? 0 : values.Length / columns];
        sbyte[] rounded = new sbyte[values.Length];
        for (int r = 0; r < scales.Length; r++)
        {
            var row = values.Slice(r * columns, columns);
            scales[r] = Scale(Math.Abs(TensorPrimitives.MaxMagnitude(row)), largest);
            for (int c = 0; c < columns; c++)
                rounded[(r * columns) + c] = (sbyte)MathF.Round(row[c] / scales[r]);
        }
        return new Int8Matrix(rounded, scales);
    }

    private static float Scale(float magnitude, int largest)
    {
        float scale = magnitude / largest;
        return scale > 1e-30f ? scale : 1; // a smaller one would divide by a subnormal
    }
}
