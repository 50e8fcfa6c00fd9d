using HybridRec.MLNet.Accel.Dense;

namespace HybridRec.MLNet.Accel.Tests.Dense;

public sealed class SpdInverseTests
{
    /// <summary>Relative to the largest element of the inverse, for matrices of condition number below some thousands.</summary>
    private const double InverseBudget = 2e-5;

    public static TheoryData<int, int> Sizes =>
        new() { { 1, 256 }, { 2, 1 }, { 7, 3 }, { 8, 8 }, { 9, 4 }, { 33, 8 }, { 64, 16 }, { 65, 16 }, { 129, 64 }, { 70, 256 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Negated_AwkwardSizes_IsTheInverse(int n, int tile)
    {
        double[] dense = Ridge(n, seed: n);
        double[] expected = Reference(dense, n);
        var tiles = Tiles(dense, n, tile);
        SpdInverse.Negated(tiles, threads: 2);
        float[] actual = [.. from i in Enumerable.Range(0, n) from j in Enumerable.Range(0, n) select -tiles[i, j]];
        Tolerance.AssertClose(expected, actual, InverseBudget);
        var panels = tiles.TakePanels(-1);
        Assert.Equal(actual, Enumerable.Range(0, n).SelectMany(i => panels.Row(i).ToArray()));
    }

    [Fact]
    public void Negated_AnyThreads_SameBytes()
    {
        double[] dense = Ridge(150, seed: 4);
        float[][] results = [.. from threads in (int[])[1, 2, 5, 0] select Inverse(dense, 150, threads)];
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void Negated_NotPositiveDefinite_NamesThePivot()
    {
        double[] dense = Ridge(10, seed: 1);
        dense[(7 * 10) + 7] = -5;
        var error = Assert.Throws<ArithmeticException>(() => SpdInverse.Negated(Tiles(dense, 10, 4), 1));
        Assert.Contains("pivot 7", error.Message, StringComparison.Ordinal);
        Assert.Contains("larger ridge", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Negated_Step_IsCalledBeforeEachAndStopsIt()
    {
        var steps = new List<int>();
        SpdInverse.Negated(Tiles(Ridge(20, 1), 20, 8), 1, steps.Add);
        Assert.Equal([0, 1, 2], steps);
        Assert.Throws<OperationCanceledException>(() => SpdInverse.Negated(
            Tiles(Ridge(20, 1), 20, 8), 1, _ => throw new OperationCanceledException()));
    }

    [Fact]
    public void AddToDiagonal_Tiles_ChangesTheDiagonalOnly()
    {
        var tiles = new SymmetricTiles(5, 2);
        tiles.AddToDiagonal(3);
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 5; j++)
                Assert.Equal(i == j ? 3 : 0, tiles[i, j]);
        }
    }

    private static float[] Inverse(double[] dense, int n, int threads)
    {
        var tiles = Tiles(dense, n, 32);
        SpdInverse.Negated(tiles, threads);
        var panels = tiles.TakePanels(1);
        return [.. Enumerable.Range(0, n).SelectMany(i => panels.Row(i).ToArray())];
    }

    private static SymmetricTiles Tiles(double[] dense, int n, int size)
    {
        var tiles = new SymmetricTiles(n, size);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                if (j / tiles.TileSize <= i / tiles.TileSize)
                    tiles.Tile(
                        i / tiles.TileSize,
                        j / tiles.TileSize)[(i % tiles.TileSize * tiles.TileSize) + (j % tiles.TileSize)] = (float)dense[(i * n) + j];
            }
        }
        return tiles;
    }

    // X^T X + I of a random X, in float so that the tiles hold it exactly.
    private static double[] Ridge(int n, int seed)
    {
        float[] x = Samples.Normal(2 * n * n, seed);
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = i == j ? 1 : 0;
                for (int row = 0; row < 2 * n; row++)
                    sum += (double)x[(row * n) + i] * x[(row * n) + j];
                a[(i * n) + j] = (float)sum;
            }
        }
        return a;
    }

    // Textbook Gauss-Jordan beside the identity.
    private static double[] Reference(double[] source, int n)
    {
        double[] a = [.. source], inverse = new double[n * n];
        for (int i = 0; i < n; i++)
            inverse[(i * n) + i] = 1;
        for (int p = 0; p < n; p++)
        {
            double pivot = a[(p * n) + p];
            for (int row = 0; row < n; row++)
            {
                double factor = row == p ? 0 : a[(row * n) + p] / pivot;
                for (int column = 0; column < n && row != p; column++)
                {
                    a[(row * n) + column] -= factor * a[(p * n) + column];
                    inverse[(row * n) + column] -= factor * inverse[(p * n) + column];
                }
            }
            for (int column = 0; column < n; column++)
                (a[(p * n) + column], inverse[(p * n) + column]) = (a[(p * n) + column] / pivot, inverse[(p * n) + column] / pivot);
        }
        return inverse;
    }
}
