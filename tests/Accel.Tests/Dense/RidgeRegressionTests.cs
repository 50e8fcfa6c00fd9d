using HybridRec.MLNet.Accel.Dense;

namespace HybridRec.MLNet.Accel.Tests.Dense;

public sealed class RidgeRegressionTests
{
    [Theory]
    [InlineData(300, 20)] // more rows than columns: the columns are solved
    [InlineData(30, 70)]  // fewer: the rows are
    public void Fit_EitherSide_SolvesTheNormalEquations(int rows, int width)
    {
        const int Outputs = 5;
        float[] x = Samples.Normal(rows * width, 1), truth = Samples.Normal(width * Outputs, 2), y = new float[rows * Outputs];
        for (int row = 0; row < rows; row++)
        {
            for (int o = 0; o < Outputs; o++)
                y[(row * Outputs) + o] = Enumerable.Range(0, width).Sum(j => x[(row * width) + j] * truth[(j * Outputs) + o]);
        }

        float[] map = RidgeRegression.Fit(x, y, width, Outputs, 1, CancellationToken.None);
        Assert.Equal(map, RidgeRegression.Fit(x, y, width, Outputs, 2, CancellationToken.None));

        // X'(Y - XP) = r P for one of the ridges that are tried.
        double[] ratios = new double[width * Outputs];
        double[] left = new double[width * Outputs];
        for (int row = 0; row < rows; row++)
        {
            for (int o = 0; o < Outputs; o++)
            {
                double rest = y[(row * Outputs) + o]
                    - Enumerable.Range(0, width).Sum(j => (double)x[(row * width) + j] * map[(j * Outputs) + o]);
                for (int j = 0; j < width; j++)
                    left[(j * Outputs) + o] += x[(row * width) + j] * rest;
            }
        }

        double mean = x.Sum(value => (double)value * value) / width;
        double ridge = left.Zip(map, (l, p) => l * p).Sum() / map.Sum(p => (double)p * p);
        Assert.Contains(new[] { 0.01, 0.1, 1, 10, 100 }, strength => Math.Abs(ridge / mean - strength) < 0.02 * strength);
        for (int i = 0; i < map.Length; i++)
            Assert.Equal(ridge * map[i], left[i], 0.02 * Math.Max(1, ridge));
    }

    [Fact]
    public void Fit_Canceled_Throws() => Assert.Throws<OperationCanceledException>(
        () => RidgeRegression.Fit(new float[40], new float[20], 2, 1, 1, new CancellationToken(canceled: true)));

    [Fact]
    public void Fit_ConstantRows_GivesAFiniteMap() => Assert.All(
        RidgeRegression.Fit(new float[60], new float[20], 3, 1, 1, CancellationToken.None), value => Assert.True(float.IsFinite(value)));
}
