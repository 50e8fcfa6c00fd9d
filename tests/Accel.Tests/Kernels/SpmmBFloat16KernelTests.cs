using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Tests.Kernels;

public sealed class SpmmBFloat16KernelTests
{
    public static TheoryData<int> Dimensions => [.. Samples.Lengths, 32, 33, 40, 96, 128, 160, 200, 257];

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Multiply_AnyDimension_IsTheProductOfTheRoundedFloatsBitForBit(int d)
    {
        CsrMatrix matrix = Samples.Matrix(20, 30, 200, seed: d);
        int words = BFloat16Table.RowWords(d);
        uint[] packed = new uint[30 * words];
        BFloat16Table.Round(Samples.Normal(30 * d, seed: 2), packed, d);
        float[] floats = [.. from row in Enumerable.Range(0, 30)
                             from column in Enumerable.Range(0, d)
                             select BFloat16Table.Get(packed.AsSpan(row * words, words), column)];
        float[] expected = new float[20 * d], actual = new float[20 * d], twin = new float[20 * d];
        SpmmKernel.Multiply(matrix, floats, expected, d, 0, 20);
        SpmmBFloat16Kernel.Multiply(matrix, packed, actual, d, 0, 20);
        SpmmBFloat16Reference.Multiply(matrix, packed, twin, d, 0, 20);
        Assert.Equal(expected, actual);
        Assert.Equal(expected, twin);
    }

    [Fact]
    public void Multiply_RowRange_LeavesOtherRowsAlone()
    {
        CsrMatrix matrix = Samples.Matrix(6, 6, 30, seed: 5);
        float[] y = [.. Enumerable.Repeat(7f, 6 * 40)];
        SpmmBFloat16Kernel.Multiply(matrix, new uint[6 * BFloat16Table.RowWords(40)], y, 40, 2, 4);
        Assert.All(y[..80], value => Assert.Equal(7f, value));
        Assert.All(y[80..160], value => Assert.Equal(0f, value));
        Assert.All(y[160..], value => Assert.Equal(7f, value));
    }

    [Fact]
    public void Multiply_BadInput_SaysWhatIsAllowed()
    {
        CsrMatrix matrix = Samples.Matrix(4, 3, 5, seed: 1);
        Fails("columns of the matrix * words of a row", () => SpmmBFloat16Kernel.Multiply(matrix, new uint[7], new float[8], 2, 0, 4));
        Fails("rows of the matrix * dimension", () => SpmmBFloat16Kernel.Multiply(matrix, new uint[48], new float[9], 2, 0, 4));
        Fails("endRow", () => SpmmBFloat16Kernel.Multiply(matrix, new uint[48], new float[8], 2, 0, 5));

        static void Fails(string expected, Action action) =>
            Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
