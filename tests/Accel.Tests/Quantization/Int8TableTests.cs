namespace HybridRec.MLNet.Accel.Tests.Quantization;

public sealed class Int8TableTests
{
    [Theory]
    [MemberData(nameof(Samples.AwkwardLengths), MemberType = typeof(Samples))]
    public void Quantize_AnyLength_ErrorIsHalfAStepAndPaddingZero(int dimension)
    {
        float[] x = Samples.Normal(7 * dimension, seed: dimension);
        Int8Table table = Int8Table.Quantize(x, dimension);
        float[] back = new float[x.Length];
        table.Dequantize(back);
        for (int row = 0; row < 7; row++)
        {
            float largest = x.Skip(row * dimension).Take(dimension).Max(Math.Abs);
            Assert.Equal(largest / 127, table.Scales[row]);
            for (int j = 0; j < dimension; j++)
            {
                Assert.InRange(Math.Abs(x[(row * dimension) + j] - back[(row * dimension) + j]), 0, table.Scales[row] * 0.50001f);
                Assert.Equal((sbyte)Math.Clamp(MathF.Round(x[(row * dimension) + j] / table.Scales[row]), -127, 127), table.Row(row)[j]);
            }

            Assert.False(
                table.Storage.Span.Slice((row * table.RowStride) + dimension, table.RowStride - dimension).ContainsAnyExcept((sbyte)0));
        }

        Assert.Equal(0, table.RowStride % Int8Table.RowAlignment);
    }

    [Fact]
    public void Quantize_ExtremeRows_KeepFiniteScales()
    {
        float[] x = [0, 0, float.MaxValue, -float.MaxValue, float.Epsilon, -float.Epsilon];
        Int8Table table = Int8Table.Quantize(x, 2, threads: 1);
        Assert.Equal([Int8Table.SmallestScale, float.MaxValue / 127, Int8Table.SmallestScale], table.Scales.ToArray());
        Assert.Equal([127, -127], table.Row(1).ToArray());
        Assert.Equal([0, 0], table.Row(2).ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Quantize_NotFinite_NamesTheRow(float bad) =>
        Assert.Contains(
            "Row 1", Assert.Throws<ArgumentException>(() => Int8Table.Quantize(new[] { 1, 2, 3, bad }, 2)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(1e-40f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void FromValues_BadScale_NamesTheRow(float scale) =>
        Assert.Contains(
            "row 1", Assert.Throws<ArgumentException>(() => Int8Table.FromValues(2, 1, [1, 2], [1, scale])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void FromValues_BadSizes_Throw()
    {
        Assert.Throws<ArgumentException>(() => Int8Table.FromValues(2, 2, [1, 2, 3], [1, 1]));
        Assert.Throws<ArgumentException>(() => Int8Table.FromValues(2, 1, [1, 2], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Int8Table(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Int8Table(-1, 1));
        Assert.Throws<ArgumentException>(() => new Int8Table(int.MaxValue, 64));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Int8Table(2, 2).Row(2));
    }
}
