using CsCheck;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Tests.Kernels;

public sealed class SpmmKernelTests
{
    public static TheoryData<int> Dimensions => [.. Samples.Lengths, 40, 72, 96, 160, 200, 257];

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Multiply_AnyDimension_EqualsScalarTwinBitForBit(int d)
    {
        CsrMatrix matrix = Samples.Matrix(50, 40, 300, seed: d);
        float[] x = Samples.Normal(40 * d, seed: 2);
        float[] expected = new float[50 * d];
        float[] actual = new float[50 * d];
        SpmmReference.Multiply(matrix, x, expected, d, 0, 50);
        SpmmKernel.Multiply(matrix, x, actual, d, 0, 50);
        Assert.Equal(expected, actual);
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Multiply_AnyDimension_IsTheProductWithinASumsRounding(int d)
    {
        CsrMatrix matrix = Samples.Matrix(20, 30, 200, seed: d);
        float[] x = Samples.Normal(30 * d, seed: 2);
        float[] actual = new float[20 * d];
        SpmmKernel.Multiply(matrix, x, actual, d, 0, 20);
        double[] expected = Samples.Product(matrix, x, d);
        for (int i = 0; i < actual.Length; i++)
            Tolerance.AssertSum(expected[i], actual[i], 10, $"element {i}");
    }

    [Theory]
    [InlineData(64)]
    [InlineData(9)]
    public void Multiply_RowOfTenThousandAndEmptyRow_BothRight(int d)
    {
        CsrMatrix matrix = Samples.Matrix(5, 10_000, 0, seed: 3, longRow: 2);
        float[] x = Samples.Normal(10_000 * d, seed: 4);
        float[] y = [.. Enumerable.Repeat(float.NaN, 5 * d)];
        SpmmKernel.Multiply(matrix, x, y, d, 0, 5);
        double[] expected = Samples.Product(matrix, x, d);
        for (int i = 0; i < y.Length; i++)
            Tolerance.AssertSum(expected[i], y[i], i / d == 2 ? 1_000 : 0, $"element {i}");
        Assert.All(y[..(2 * d)], value => Assert.Equal(0f, value));
    }

    [Fact]
    public void Multiply_RowRange_LeavesOtherRowsAlone()
    {
        CsrMatrix matrix = Samples.Matrix(6, 6, 30, seed: 5);
        float[] y = [.. Enumerable.Repeat(7f, 6 * 16)];
        SpmmKernel.Multiply(matrix, Samples.Normal(6 * 16, seed: 1), y, 16, 2, 4);
        Assert.All(y[..32], value => Assert.Equal(7f, value));
        Assert.All(y[64..], value => Assert.Equal(7f, value));
        Assert.DoesNotContain(7f, y[32..64]);
    }

    [Fact]
    public void Multiply_Sum_IsSumOfProducts() => Gen.Int[1, 40].Sample(d =>
    {
        CsrMatrix matrix = Samples.Matrix(8, 7, 30, seed: d);
        // Small whole numbers: every sum is exact, so linearity has to be too.
        float[] x = [.. Samples.Integers(7 * d, 9, seed: 1).Select(i => (float)i)];
        float[] z = [.. Samples.Integers(7 * d, 9, seed: 2).Select(i => (float)i)];
        matrix = new CsrMatrix(
            8, 7, matrix.RowOffsets.ToArray(), matrix.ColumnIndices.ToArray(),
            [.. matrix.Values.ToArray().Select(v => MathF.Round(4 * v))]);
        float[] ofSum = Run(matrix, [.. x.Zip(z, (a, b) => (2 * a) + b)], d);
        Assert.Equal(Run(matrix, x, d).Zip(Run(matrix, z, d), (a, b) => (2 * a) + b), ofSum);
    }, iter: 40);

    [Fact]
    public void Multiply_BadInput_SaysWhatIsAllowed()
    {
        CsrMatrix matrix = Samples.Matrix(4, 3, 5, seed: 1);
        Fails("columns of the matrix * dimension", () => SpmmKernel.Multiply(matrix, new float[7], new float[8], 2, 0, 4));
        Fails("rows of the matrix * dimension", () => SpmmKernel.Multiply(matrix, new float[6], new float[9], 2, 0, 4));
        Fails("dimension is 0", () => SpmmKernel.Multiply(matrix, [], [], 0, 0, 4));
        Fails("endRow", () => SpmmKernel.Multiply(matrix, new float[6], new float[8], 2, 0, 5));
        Fails("exactly 6442450941", () => SpmmKernel.Multiply(matrix, [], [], int.MaxValue, 0, 4));
        float[] shared = new float[12];
        Fails("overlaps", () => SpmmKernel.Multiply(matrix, shared.AsSpan(0, 6), shared.AsSpan(4, 8), 2, 0, 4));
    }

    private static float[] Run(CsrMatrix matrix, float[] x, int d)
    {
        float[] y = new float[matrix.Rows * d];
        SpmmKernel.Multiply(matrix, x, y, d, 0, matrix.Rows);
        return y;
    }

    private static void Fails(string part, Action act) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
}
