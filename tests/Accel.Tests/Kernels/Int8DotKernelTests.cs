using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Tests.Kernels;

public sealed class Int8DotKernelTests
{
    [Theory]
    [MemberData(nameof(Samples.AwkwardLengths), MemberType = typeof(Samples))]
    public void Dot_AnyDimension_GivesTheBytesOfTheScalarTwin(int d)
    {
        var table = Int8Table.Quantize(Samples.Normal(23 * d, 1), d);
        short[] query = new short[table.RowStride];
        float scale = Int8DotKernel.Round(Samples.Normal(d, 2), query);
        foreach ((int first, int count) in new[] { (0, 23), (0, 4), (5, 7), (22, 1), (3, 0) })
        {
            float[] expected = new float[count], actual = new float[count];
            Int8DotReference.Dot(query, scale, table, first, expected);
            Int8DotKernel.Dot(query, scale, table, first, actual);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Dot_LargestNumbers_DoNotOverflow()
    {
        const int Dimension = 4096;
        float[] ones = new float[Dimension];
        Array.Fill(ones, -1f);
        var table = Int8Table.Quantize(ones, Dimension);
        short[] query = new short[table.RowStride];
        float scale = Int8DotKernel.Round(ones, query);
        float[] score = new float[1];
        Int8DotKernel.Dot(query, scale, table, 0, score);
        Assert.Equal(Dimension, score[0], 1.0);
    }

    [Fact]
    public void Round_QueryOfZeros_HasScaleZero()
    {
        short[] rounded = [1, 2, 3];
        Assert.Equal(0, Int8DotKernel.Round([0, 0], rounded));
        Assert.Equal(new short[3], rounded);
    }

    [Fact]
    public void Dot_BadInput_SaysWhatIsAllowed()
    {
        var table = new Int8Table(3, 5);
        Assert.Contains(
            "a row with its padding",
            Assert.Throws<ArgumentException>(() => Int8DotKernel.Dot(new short[5], 1, table, 0, new float[3])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "the table has 3", Assert.Throws<ArgumentException>(() => Int8DotKernel.Dot(new short[32], 1, table, 1, new float[3])).Message,
            StringComparison.Ordinal);
    }
}
