namespace HybridRec.MLNet.Accel.Tests.Memory;

public sealed class BFloat16Tests
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
    public void Round_Value_IsTheNearest(float value, float expected) => Assert.Equal(expected, BFloat16.Round(value).ToSingle());

    [Fact]
    public void Round_EveryNaN_StaysNaN()
    {
        float[] odd = [float.NaN, BitConverter.UInt32BitsToSingle(0x7FFFFFFF), BitConverter.UInt32BitsToSingle(0xFF800001)];
        Assert.All(odd, value => Assert.True(float.IsNaN(BFloat16.Round(value).ToSingle())));
    }

    [Fact]
    public void Round_Table_EqualsOneByOneForAnyLength()
    {
        float[] special = [float.NaN, float.PositiveInfinity, float.MaxValue, float.Epsilon, 1.00390625f, -0f];
        foreach (int length in (int[])[0, .. Samples.Lengths])
        {
            float[] values = [.. special, .. Samples.Normal(length, seed: 3)];
            var table = new BFloat16[values.Length];
            BFloat16.Round(values, table);
            Assert.Equal(values.Select(BFloat16.Round), table);
        }
    }

    [Fact]
    public void Round_NormalNumbers_IsWithinTheNamedError() =>
        Assert.All(Samples.Normal(1000, seed: 5), value => Assert.InRange(Math.Abs(BFloat16.Round(value).ToSingle() - value), 0, Math.Abs(value) / 256));
}
