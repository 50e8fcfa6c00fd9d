using CsCheck;

namespace HybridRec.MLNet.Accel.Tests.Sparse;

public sealed class InteractionGraphTests
{
    private static readonly Gen<(int User, int Item)[]> s_pairs = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 8]).Array[0, 80];

    private static InteractionGraph Build((int User, int Item)[] pairs) =>
        InteractionGraph.FromPairs(7, 9, [.. pairs.Select(p => p.User)], [.. pairs.Select(p => p.Item)]);

    [Fact]
    public void FromPairs_AnyPairs_KeepsEachOnceFromBothSides() => s_pairs.Sample(pairs =>
    {
        InteractionGraph graph = Build(pairs);
        HashSet<(int, int)> distinct = [.. pairs];
        for (int u = 0; u < 7; u++)
            Assert.Equal(distinct.Where(p => p.Item1 == u).Select(p => p.Item2).Order(), graph.ItemsOf(u).ToArray());
        for (int i = 0; i < 9; i++)
            Assert.Equal(distinct.Where(p => p.Item2 == i).Select(p => p.Item1).Order(), graph.UsersOf(i).ToArray());
        Assert.Equal(distinct.Count, graph.EdgeCount);
        Assert.All(distinct, p => Assert.True(graph.Contains(p.Item1, p.Item2)));
        Assert.False(graph.Contains(0, 9));
        Assert.False(graph.Contains(0, -1));
    });

    [Fact]
    public void Adjacency_Symmetric_IsItsOwnTransposeAndHasDegrees() => s_pairs.Sample(pairs =>
    {
        InteractionGraph graph = Build(pairs);
        CsrMatrix matrix = graph.Adjacency(GraphNormalization.Symmetric);
        CsrMatrix transpose = matrix.Transpose();
        Assert.Equal(matrix.ColumnIndices.ToArray(), transpose.ColumnIndices.ToArray());
        Assert.Equal(matrix.Values.ToArray(), transpose.Values.ToArray());
        Assert.Equal(2 * graph.EdgeCount, matrix.NonZeros);
        for (int u = 0; u < graph.UserCount; u++)
        {
            int entry = matrix.RowOffsets[u];
            foreach (int item in graph.ItemsOf(u))
            {
                Assert.Equal(graph.UserCount + item, matrix.ColumnIndices[entry]);
                Assert.Equal((float)(1 / Math.Sqrt(graph.ItemsOf(u).Length * graph.UsersOf(item).Length)), matrix.Values[entry++]);
            }
        }
    });

    [Fact]
    public void Adjacency_Row_SumsToOneWhereThereAreNeighbors() => s_pairs.Sample(pairs =>
    {
        CsrMatrix matrix = Build(pairs).Adjacency(GraphNormalization.Row);
        for (int v = 0; v < matrix.Rows; v++)
        {
            ReadOnlySpan<float> row = matrix.Values[matrix.RowOffsets[v]..matrix.RowOffsets[v + 1]];
            Assert.Equal(row.IsEmpty ? 0 : 1, row.ToArray().Sum(), 1e-6);
        }
    });

    [Fact]
    public void Adjacency_None_IsAllOnes() =>
        Assert.All(Build([(0, 1), (3, 4), (0, 1)]).Adjacency(GraphNormalization.None).Values.ToArray(), value => Assert.Equal(1f, value));

    [Fact]
    public void Adjacency_UnknownNormalization_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Build([]).Adjacency((GraphNormalization)7));

    [Theory]
    [InlineData(-1, 0, "Pair 1 has user -1")]
    [InlineData(7, 0, "Pair 1 has user 7")]
    [InlineData(0, -2, "Pair 1 has item -2")]
    [InlineData(0, int.MaxValue, "Pair 1 has item 2147483647")]
    public void FromPairs_BadId_NamesThePair(int user, int item, string part)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => InteractionGraph.FromPairs(7, 9, [0, user], [0, item]));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromPairs_TooManyNodes_Throws()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => InteractionGraph.FromPairs(int.MaxValue, 1, [], []));
        Assert.Contains("too many", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromPairs_LengthsDiffer_Throws() =>
        Assert.Throws<ArgumentException>(() => InteractionGraph.FromPairs(2, 2, [0, 1], [0]));

    [Fact]
    public void ItemsOf_NoSuchUser_Throws()
    {
        InteractionGraph graph = Build([(0, 0)]);
        Assert.Throws<ArgumentOutOfRangeException>(() => graph.ItemsOf(7));
        Assert.Throws<ArgumentOutOfRangeException>(() => graph.UsersOf(-1));
    }
}
