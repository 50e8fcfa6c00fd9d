namespace HybridRec.MLNet.Accel.Tests.Quantization;

public sealed class BlockFloatTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(127, 0)]
    [InlineData(-128, 0)]
    [InlineData(128, 1)]
    [InlineData(-129, 1)]
    [InlineData(-256, 1)]
    [InlineData((1L << 39) - 1, 32)]
    [InlineData(-(1L << 39), 32)]
    public void Shift_OfARow_IsTheLeastThatFits(long accumulator, int shift) =>
        Assert.Equal(shift, BlockFloat.Shift(BlockFloat.Magnitude(accumulator)));

    [Theory]
    [InlineData(127, 0, 127)]
    [InlineData(-128, 0, -128)]
    [InlineData(255, 1, 127)] // (255 + 1) >> 1 is 128: saturated
    [InlineData(-255, 1, -127)]
    [InlineData(-256, 1, -128)]
    [InlineData(3, 1, 2)] // halves go up
    [InlineData(-3, 1, -1)]
    [InlineData(-5, 2, -1)]
    [InlineData(6, 2, 2)]
    public void Round_Shifted_RoundsHalvesUp(long accumulator, int shift, int expected) =>
        Assert.Equal(expected, BlockFloat.Round(accumulator, shift));

    [Fact]
    public void Saturate_BeyondInt32_StopsAtItsEnds()
    {
        Assert.Equal(int.MaxValue, BlockFloat.Saturate(1L << 31));
        Assert.Equal(int.MinValue, BlockFloat.Saturate(-(1L << 38)));
        Assert.Equal(int.MinValue, BlockFloat.Saturate(int.MinValue));
        Assert.Equal(-5, BlockFloat.Saturate(-5));
    }

    [Fact]
    public void Scale_BeyondSingle_NamesTheRow() =>
        Assert.Contains(
            "row 3", Assert.Throws<ArgumentException>(() => BlockFloat.Scale(float.MaxValue, 1, 3)).Message, StringComparison.Ordinal);
}
