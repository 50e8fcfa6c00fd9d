using HybridRec.MLNet.ClosedForms;

namespace HybridRec.MLNet.Tests.ClosedForms;

/// <summary>The weights against the formulas of the papers.</summary>
public sealed class FilterWeightTests
{
    private static readonly Action<int, int> s_silent = (_, _) => { };

    [Theory]
    [InlineData(0.6f, 0.7f)]
    [InlineData(0.5f, 1f)]
    [InlineData(0f, 0.5f)]
    [InlineData(1f, 2f)]
    public void TurboCf_SmallGraph_IsTheFormula(float alpha, float power)
    {
        AssertWeights(
            FilterReference.TurboCf(FilterData.Taken, alpha, power), new TurboCfWeights(FilterData.Graph, alpha, power, 2048, 0), 1e-5);
    }

    [Fact]
    public void TurboCf_RowsNotKept_SameBytesAsKept()
    {
        // 20 rows of a matrix take some kilobytes, so a limit of 1 MiB keeps all of them; none at all is for the tests only.
        var all = new TurboCfWeights(FilterData.Graph, 0.6f, 0.7f, memoryLimitMiB: 1, threads: 2);
        var none = new TurboCfWeights(FilterData.Graph, 0.6f, 0.7f, memoryLimitMiB: 0, threads: 2);
        for (int item = 0; item < FilterData.Items; item++)
        {
            Assert.Equal(Row(all, item), Row(none, item));
            Assert.Equal(Row(all, item), Enumerable.Range(0, FilterData.Items).Select(other => all.Weight(item, other)));
            Assert.Equal(Row(all, item), Enumerable.Range(0, FilterData.Items).Select(other => none.Weight(item, other)));
        }
    }

    [Theory]
    [InlineData(1, 256)]
    [InlineData(20, 8)]
    [InlineData(500, 5)]
    public void Ease_SmallGraph_IsTheFormula(float ridge, int tile)
    {
        var expected = FilterReference.Ease(FilterReference.Gram(FilterData.Taken), ridge);
        AssertWeights(expected, EaseSolver.Solve(FilterData.Graph, ridge, 2, s_silent, tile), 2e-5);
    }

    [Theory]
    [InlineData(10, 5, 20, 256)]
    [InlineData(-5, 1, 15, 8)]
    [InlineData(30, 100, 0, 5)]
    [InlineData(2, 0.1, 50, 7)]
    public void TextAwareEase_SmallGraph_IsTheFormula(float lambdaX, float lambdaF, float lambdaE, int tile)
    {
        var expected = FilterReference.TextAwareEase(
            FilterReference.Gram(FilterData.Taken), FilterData.DoubleTexts, lambdaX, lambdaF, lambdaE);
        AssertWeights(expected, EaseSolver.Solve(FilterData.Graph, Text(lambdaF), lambdaX, lambdaE, 2, s_silent, tile), 5e-5);
    }

    [Fact]
    public void LocalSolver_EveryItemANeighbor_IsTheExactSolution()
    {
        // Texts fill the support up with items that share no user with the item; with lambda E = 0 they do nothing else, and it is EASE.
        var expected = FilterReference.Ease(FilterReference.Gram(FilterData.Taken), 20);
        AssertWeights(expected, LocalSolver.Solve(FilterData.Graph, Text(5), 20, 0, FilterData.Items - 1, 2, s_silent), 2e-5);

        expected = FilterReference.TextAwareEase(FilterReference.Gram(FilterData.Taken), FilterData.DoubleTexts, 10, 5, 20);
        AssertWeights(expected, LocalSolver.Solve(FilterData.Graph, Text(5), 10, 20, FilterData.Items - 1, 2, s_silent), 5e-5);
    }

    [Fact]
    public void LocalSolver_FewNeighbors_HasThatManyAndNeverTheItemItself()
    {
        var weights = LocalSolver.Solve(FilterData.Graph, null, 100, 0, 4, 2, s_silent);
        for (int item = 0; item < FilterData.Items; item++)
        {
            Assert.Equal(0, weights.Weight(item, item));
            int support = Enumerable.Range(0, FilterData.Items).Count(other => weights.Weight(other, item) != 0);
            Assert.Equal(item == FilterData.Untouched ? 0 : 4, support);
        }
    }

    [Fact]
    public void NeighborsWithin_MemoryLimit_BoundsOrRefuses()
    {
        Assert.Equal(65, LocalSolver.NeighborsWithin(100_000, 100, FilterKind.Ease, 200));
        Assert.Equal(200, LocalSolver.NeighborsWithin(10_000, 100, FilterKind.Ease, 200));
        Assert.Equal(9, LocalSolver.NeighborsWithin(10, 100, FilterKind.Ease, 200));
        var error = Assert.Throws<InvalidOperationException>(() => LocalSolver.NeighborsWithin(10_000_000, 100, FilterKind.Ease, 200));
        Assert.Contains("MemoryLimitMiB is 100", error.Message, StringComparison.Ordinal);
        Assert.Contains("TurboCf", error.Message, StringComparison.Ordinal);
    }

    private static TextLinks Text(float ridge) => new([.. FilterData.Texts.SelectMany(text => text)], FilterData.Items, ridge, 2);

    private static float[] Row(IItemWeights weights, int item)
    {
        float[] row = new float[weights.ItemCount];
        weights.AddRow(item, row);
        return row;
    }

    private static void AssertWeights(double[,] expected, IItemWeights actual, double relative)
    {
        double largest = expected.Cast<double>().Max(Math.Abs);
        for (int i = 0; i < FilterData.Items; i++)
        {
            float[] row = Row(actual, i);
            for (int j = 0; j < FilterData.Items; j++)
            {
                Assert.True(
                    Math.Abs(expected[i, j] - row[j]) <= relative * largest,
                    FormattableString.Invariant($"[{i}, {j}] expected {expected[i, j]}, got {row[j]}"));
                Assert.Equal(row[j], actual.Weight(i, j));
            }
        }
    }
}
