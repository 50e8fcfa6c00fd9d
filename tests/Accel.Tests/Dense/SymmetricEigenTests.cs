using HybridRec.MLNet.Accel.Dense;

namespace HybridRec.MLNet.Accel.Tests.Dense;

public sealed class SymmetricEigenTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(7, 7)]
    [InlineData(33, 33)]
    [InlineData(65, 20)] // of rank 20: an eigenvalue that comes many times
    public void Decompose_AnyMatrix_MultipliesBackAndIsOrthogonal(int n, int rank)
    {
        double[] a = Symmetric(n, rank), z = [.. a], values = new double[n];
        SymmetricEigen.Decompose(z, values, n);
        double largest = a.Max(Math.Abs);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double back = Enumerable.Range(0, n).Sum(k => values[k] * z[(k * n) + i] * z[(k * n) + j]);
                Assert.Equal(a[(i * n) + j], back, 1e-12 * n * largest);
                double dot = Enumerable.Range(0, n).Sum(k => z[(i * n) + k] * z[(j * n) + k]);
                Assert.Equal(i == j ? 1 : 0, dot, 1e-12 * n);
            }
        }
    }

    [Fact]
    public void Decompose_Diagonal_KeepsItsElements()
    {
        double[] z = [3, 0, 0, 0, -2, 0, 0, 0, 0], values = new double[3];
        SymmetricEigen.Decompose(z, values, 3);
        Assert.Equal([-2, 0, 3], values.Order());
    }

    [Fact]
    public void Decompose_NotFinite_IsRefused()
    {
        double[] z = Symmetric(9, 9);
        z[20] = double.NaN;
        Assert.Throws<ArithmeticException>(() => SymmetricEigen.Decompose(z, new double[9], 9));
    }

    private static double[] Symmetric(int n, int rank)
    {
        var random = Xoshiro256.Stream(n);
        double[] rows = [.. Enumerable.Range(0, n * rank).Select(_ => random.NextNormal())];
        return [.. from i in Enumerable.Range(0, n)
                   from j in Enumerable.Range(0, n)
                   select Enumerable.Range(0, rank).Sum(k => (k % 2 == 0 ? 1 : -1) * rows[(i * rank) + k] * rows[(j * rank) + k])];
    }
}
