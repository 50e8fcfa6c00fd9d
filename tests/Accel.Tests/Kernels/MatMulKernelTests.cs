using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel.Tests.Kernels;

public sealed class MatMulKernelTests
{
    public static TheoryData<int, int, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int, int>
            {
                { 70, 35, 300 },
                { 130, 64, 64 },
                { 3, 1, 700 },
                { 1, 100, 1 },
                { 0, 3, 3 },
                { 3, 0, 3 },
                { 3, 3, 0 }
            };
            foreach (int length in Samples.Lengths)
            {
                shapes.Add(length, 5, 9);
                shapes.Add(5, length, 9);
                shapes.Add(9, 5, length);
            }
            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Multiply_AllForms_AreTheProductWithinASumsRounding(int m, int n, int k)
    {
        float[] a = Samples.Normal(m * k, seed: 1);
        float[] b = Samples.Normal(k * n, seed: 2);
        float[] start = Samples.Normal(m * n, seed: 3);
        foreach (bool accumulate in new[] { false, true })
        {
            float[] c = [.. start];
            MatMulKernel.Multiply(a, b, c, m, n, k, accumulate);
            AssertProduct(a, b, c, start, m, n, k, accumulate);

            c = [.. start];
            MatMulKernel.MultiplyTransposedLeft(Transpose(a, m, k), b, c, m, n, k, accumulate);
            AssertProduct(a, b, c, start, m, n, k, accumulate);

            c = [.. start];
            MatMulKernel.MultiplyTransposedRight(a, Transpose(b, k, n), c, m, n, k, accumulate);
            AssertProduct(a, b, c, start, m, n, k, accumulate);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Multiply_AnyThreads_SameBytes(int threads)
    {
        float[] a = Samples.Normal(333 * 65, seed: 1);
        float[] b = Samples.Normal(65 * 47, seed: 2);
        float[] one = new float[333 * 47];
        float[] many = new float[333 * 47];
        MatMulKernel.Multiply(a, b, one, 333, 47, 65, threads: 1);
        MatMulKernel.Multiply(a, b, many, 333, 47, 65, threads: threads);
        Assert.Equal(one, many);

        MatMulKernel.MultiplyTransposedLeft(a, b, one, 333, 47, 65, threads: 1);
        MatMulKernel.MultiplyTransposedLeft(a, b, many, 333, 47, 65, threads: threads);
        Assert.Equal(one, many);
    }

    [Fact]
    public void Multiply_PackedOnce_EqualsEachTime()
    {
        float[] a = Samples.Normal(21 * 19, seed: 1);
        float[] b = Samples.Normal(40 * 19, seed: 2);
        var packed = new PackedMatrix();
        // A larger factor first: what it leaves in the buffer must not show.
        packed.Pack(Samples.Normal(100 * 60, seed: 3), 100, 60, transposed: false);
        packed.Pack(b, 19, 40, transposed: true);
        float[] expected = new float[21 * 40];
        float[] actual = new float[21 * 40];
        MatMulKernel.MultiplyTransposedRight(a, b, expected, 21, 40, 19);
        MatMulKernel.Multiply(a, packed, actual, 21);
        Assert.Equal(expected, actual);
        Assert.Equal(b[(39 * 19) + 18], packed[18, 39]);
    }

    [Fact]
    public void Multiply_BadInput_SaysWhatIsAllowed()
    {
        Fails("m * k", () => MatMulKernel.Multiply(new float[5], new float[6], new float[4], 2, 2, 3));
        Fails("rows * columns", () => MatMulKernel.Multiply(new float[6], new float[5], new float[4], 2, 2, 3));
        Fails("m * n", () => MatMulKernel.Multiply(new float[6], new float[6], new float[5], 2, 2, 3));
        Fails("0 or more", () => MatMulKernel.Multiply([], [], [], -1, 2, 3));
        float[] shared = new float[10];
        Fails("overlaps", () => MatMulKernel.Multiply(shared.AsSpan(0, 6), new float[6], shared.AsSpan(5, 4), 2, 2, 3));
        Fails("overlaps", () => MatMulKernel.Multiply(new float[6], shared.AsSpan(0, 6), shared.AsSpan(5, 4), 2, 2, 3));
    }

    private static void AssertProduct(float[] a, float[] b, float[] c, float[] start, int m, int n, int k, bool accumulate)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = accumulate ? start[(i * n) + j] : 0;
                double magnitude = Math.Abs(sum);
                for (int p = 0; p < k; p++)
                {
                    double term = (double)a[(i * k) + p] * b[(p * n) + j];
                    (sum, magnitude) = (sum + term, magnitude + Math.Abs(term));
                }
                Tolerance.AssertSum(sum, c[(i * n) + j], magnitude, $"({i}, {j})");
            }
        }
    }

    private static float[] Transpose(float[] matrix, int rows, int columns)
    {
        float[] transposed = new float[matrix.Length];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                transposed[(j * rows) + i] = matrix[(i * columns) + j];
        }
        return transposed;
    }

    private static void Fails(string part, Action act) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
}
