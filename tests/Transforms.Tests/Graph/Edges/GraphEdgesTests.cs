using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>The adjacency of several types against its formula, and which nodes it connects to an interaction.</summary>
public sealed class GraphEdgesTests
{
    // Nodes: users 0-2, items 3-6, one attribute value 7.
    private static readonly InteractionGraph s_buys = InteractionGraph.FromPairs(3, 4, [0, 0, 1], [0, 1, 1]);
    private static readonly InteractionGraph s_views = InteractionGraph.FromPairs(3, 4, [0, 1, 1, 2], [0, 1, 2, 2]);

    public static TheoryData<GraphNormalization> Normalizations() => new(Enum.GetValues<GraphNormalization>());

    [Theory]
    [MemberData(nameof(Normalizations))]
    public void Adjacency_SeveralTypes_IsTheWeightedSumOfEachNormalizedByItself(GraphNormalization normalization)
    {
        double[,] expected = new double[8, 8];
        AddDense(expected, normalization, 1.5, [(0, 3, 1), (0, 4, 1), (1, 4, 1)]);
        AddDense(expected, normalization, 0.25, [(0, 3, 1), (1, 4, 1), (1, 5, 1), (2, 5, 1)]);
        AddDense(expected, normalization, 0.5, [(3, 5, 2), (4, 5, 6)]);
        AddDense(expected, normalization, 2, [(3, 7, 1), (6, 7, 1)]);

        CsrMatrix matrix = Edges().Adjacency(s_buys, normalization);
        Assert.Equal((8, 8), (matrix.Rows, matrix.Columns));
        float[,] actual = Dense(matrix);
        for (int row = 0; row < 8; row++)
        {
            for (int column = 0; column < 8; column++)
                Assert.Equal(expected[row, column], actual[row, column], 1e-6);
        }
    }

    [Fact]
    public void Adjacency_Symmetric_IsItsOwnTransposeBitByBit()
    {
        CsrMatrix matrix = Edges().Adjacency(s_buys, GraphNormalization.Symmetric);
        Assert.Equal(matrix.Values, matrix.Transpose().Values);
    }

    [Fact]
    public void Adjacency_InteractionsOfOneTypeAlone_IsThatOfTheirGraph()
    {
        CsrMatrix expected = s_buys.Adjacency(GraphNormalization.Symmetric);
        CsrMatrix actual = new GraphEdges(7, [], []).Adjacency(s_buys, GraphNormalization.Symmetric);
        Assert.Equal(expected.RowOffsets, actual.RowOffsets);
        Assert.Equal(expected.Values, actual.Values);
    }

    [Fact]
    public void Without_HeldOutPair_IsGoneFromEveryType()
    {
        InteractionGraph held = InteractionGraph.FromPairs(3, 4, [0], [0]);
        float[,] actual = Dense(Edges().Without(held).Adjacency(s_buys, GraphNormalization.None));
        Assert.Equal(0, actual[0, 3]);
        Assert.Equal(0, actual[3, 0]);
        Assert.Equal(1.5, actual[0, 4], 1e-6);
        Assert.Equal(0.25, actual[2, 5], 1e-6);
        Assert.Equal(2, actual[3, 7], 1e-6);
    }

    [Fact]
    public void Add_PairAgainOrTurnedRound_IsOneEdgeOfTheLargestStrength()
    {
        var relation = new NodeRelation("related", 1);
        Assert.True(relation.Add(2, 1, 3));
        Assert.True(relation.Add(1, 2, 5));
        Assert.True(relation.Add(2, 1, 4));
        Assert.False(relation.Add(1, 1));
        Assert.Equal(1, relation.EdgeCount);
        float[,] dense = Dense(relation.Adjacency(3, GraphNormalization.None));
        Assert.Equal((5, 5, 0), (dense[1, 2], dense[2, 1], dense[1, 1]));
    }

    [Theory]
    [InlineData(0, "11011000")] // users 0 and 1, items 0 and 1
    [InlineData(1, "11011101")]
    [InlineData(2, "11111111")] // user 2 by the view of item 2, item 3 by the attribute
    public void Reach_Layers_AreTheHopsFromAnInteractionOfTheLoss(int layers, string expected)
    {
        bool[] reached = GraphReach.Of(Edges().Adjacency(s_buys, GraphNormalization.Row), s_buys, layers);
        Assert.Equal(expected, string.Concat(reached.Select(r => r ? '1' : '0')));
    }

    private static GraphEdges Edges()
    {
        var related = new NodeRelation("related", 0.5f);
        related.Add(3, 5, 2);
        related.Add(5, 4, 6);
        var author = new NodeRelation("author", 2);
        author.Add(3, 7);
        author.Add(6, 7);
        return new GraphEdges(8, [(new("buy", 1.5f, IsTarget: true), s_buys), (new("view", 0.25f), s_views)], [related, author]);
    }

    private static void AddDense(
        double[,] sum, GraphNormalization normalization, double weight, (int First, int Second, double Strength)[] edges)
    {
        double Degree(int node) => edges.Where(e => e.First == node || e.Second == node).Sum(e => e.Strength);
        foreach ((int first, int second, double strength) in edges)
        {
            foreach ((int row, int column) in ((int, int)[])[(first, second), (second, first)])
            {
                sum[row, column] += weight * strength / (normalization switch
                {
                    GraphNormalization.Symmetric => Math.Sqrt(Degree(row) * Degree(column)),
                    GraphNormalization.Row => Degree(row),
                    _ => 1,
                });
            }
        }
    }

    private static float[,] Dense(CsrMatrix matrix)
    {
        var dense = new float[matrix.Rows, matrix.Columns];
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int e = matrix.RowOffsets[row]; e < matrix.RowOffsets[row + 1]; e++)
                dense[row, matrix.ColumnIndices[e]] = matrix.Values[e];
        }

        return dense;
    }
}
