namespace HybridRec.MLNet.Accel.Tests.Memory;

public sealed class BFloat16TableTests
{
    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1f, 1f)]
    [InlineData(1.00390625f, 1f)] // 1 + 2^-8, halfway: to the even fraction
    [InlineData(1.01171875f, 1.015625f)] // 1 + 3 * 2^-8, halfway: to the even fraction above
    [InlineData(1.004f, 1.0078125f)]
    [InlineData(-3.1415927f, -3.140625f)]
    [InlineData(1e-40f, 9.18355e-41f)] // subnormal: a multiple of 2^-133
    [InlineData(float.MaxValue, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    public void Round_Value_IsTheNearest(float value, float expected)
    {
        foreach (int dimension in (int[])[1, 32, 40])
            Assert.All(RoundTrip([.. Enumerable.Repeat(value, dimension)], dimension), actual => Assert.Equal(expected, actual));
    }

    [Fact]
    public void Round_EveryNaN_StaysNaN()
    {
        float[] odd = [float.NaN, BitConverter.UInt32BitsToSingle(0x7FFFFFFF), BitConverter.UInt32BitsToSingle(0xFF800001)];
        foreach (float value in odd)
            Assert.All(RoundTrip([.. Enumerable.Repeat(value, 33)], 33), actual => Assert.True(float.IsNaN(actual)));
    }

    [Fact]
    public void Round_AnyDimension_KeepsEveryColumnInItsPlaceWithinTheNamedError()
    {
        foreach (int dimension in (int[])[.. Samples.Lengths, 31, 32, 33, 96, 100])
        {
            float[] values = Samples.Normal(3 * dimension, seed: dimension);
            float[] actual = RoundTrip(values, dimension);
            for (int i = 0; i < values.Length; i++)
                Assert.InRange(Math.Abs(actual[i] - values[i]), 0, Math.Abs(values[i]) / 256);
        }
    }

    [Fact]
    public void Round_WrongLength_SaysWhatIsAllowed() =>
        Assert.Contains(
            "rows * words of a row", Assert.Throws<ArgumentException>(() => BFloat16Table.Round(new float[64], new uint[31], 64)).Message,
            StringComparison.Ordinal);

    private static float[] RoundTrip(float[] values, int dimension)
    {
        int rows = values.Length / dimension, words = BFloat16Table.RowWords(dimension);
        uint[] packed = new uint[rows * words];
        BFloat16Table.Round(values, packed, dimension);
        return [.. from row in Enumerable.Range(0, rows)
                   from column in Enumerable.Range(0, dimension)
                   select BFloat16Table.Get(packed.AsSpan(row * words, words), column)];
    }
}
