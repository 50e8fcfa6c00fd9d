using CsCheck;

namespace HybridRec.MLNet.Accel.Tests.Sparse;

public sealed class NodeOrderTests
{
    private const int Users = 7, Items = 9;

    private static readonly Gen<InteractionGraph> s_graph = Gen.Select(Gen.Int[0, Users - 1], Gen.Int[0, Items - 1]).Array[0, 60].Select(
        pairs => InteractionGraph.FromPairs(Users, Items, [.. pairs.Select(p => p.Item1)], [.. pairs.Select(p => p.Item2)]));

    private static NodeOrder Order(InteractionGraph graph) =>
        NodeOrder.BreadthFirst(graph.Adjacency(GraphNormalization.Symmetric), [0, Users]);

    [Fact]
    public void BreadthFirst_AnyGraph_NumbersEachKindOnceAndInItsPlace() => s_graph.Sample(graph =>
    {
        int[] numbers = Order(graph).Numbers.ToArray();
        Assert.Equal(Enumerable.Range(0, Users), numbers[..Users].Order());
        Assert.Equal(Enumerable.Range(Users, Items), numbers[Users..].Order());
    });

    [Fact]
    public void BreadthFirst_TwoComponents_HaveRunsOfNumbers()
    {
        // Even users touch even items and odd ones odd items, each all of them; even nodes have the higher degrees.
        int[] users = [0, 0, 0, 2, 2, 2, 4, 4, 4, 1, 1, 3, 3], items = [0, 2, 4, 0, 2, 4, 0, 2, 4, 1, 3, 1, 3];
        int[] numbers = NodeOrder.BreadthFirst(
            InteractionGraph.FromPairs(5, 5, users, items).Adjacency(GraphNormalization.None), [0, 5]).Numbers.ToArray();
        Assert.Equal([0, 3, 1, 4, 2], numbers[..5]);
        Assert.Equal([5, 8, 6, 9, 7], numbers[5..]);
    }

    [Fact]
    public void Apply_AMatrix_KeepsEveryEntryUnderItsNewNumbers() => s_graph.Sample(graph =>
    {
        CsrMatrix given = graph.Adjacency(GraphNormalization.Row);
        NodeOrder order = Order(graph);
        CsrMatrix ordered = order.Apply(given);
        Assert.Equal(
            Entries(given).Select(e => (order.Numbers[e.Row], order.Numbers[e.Column], e.Value)).Order(), Entries(ordered).Order());
    });

    [Fact]
    public void Apply_AGraph_IsTheGraphOfTheOrderedMatrix() => s_graph.Sample(graph =>
    {
        NodeOrder order = Order(graph);
        CsrMatrix expected = order.Apply(graph.Adjacency(GraphNormalization.Symmetric));
        CsrMatrix actual = order.Apply(graph).Adjacency(GraphNormalization.Symmetric);
        Assert.Equal(expected.RowOffsets.ToArray(), actual.RowOffsets.ToArray());
        Assert.Equal(expected.ColumnIndices.ToArray(), actual.ColumnIndices.ToArray());
        Assert.Equal(expected.Values.ToArray(), actual.Values.ToArray());
    });

    [Fact]
    public void Restore_WhatApplyHasOrdered_IsTheTableAsGiven() => s_graph.Sample(graph =>
    {
        NodeOrder order = Order(graph);
        int[] table = [.. Enumerable.Range(0, 3 * (Users + Items))];
        int[] ordered = order.Apply<int>(table, 3, 0);
        for (int node = 0; node < Users + Items; node++)
            Assert.Equal(3 * node, ordered[3 * order.Numbers[node]]);
        int[] items = order.Apply<int>(table.AsSpan(3 * Users), 3, Users);
        Assert.Equal(ordered[(3 * Users)..], items);
        order.Restore<int>(ordered, 3);
        Assert.Equal(table, ordered);
    });

    private static List<(int Row, int Column, float Value)> Entries(CsrMatrix matrix)
    {
        var entries = new List<(int, int, float)>();
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int e = matrix.RowOffsets[row]; e < matrix.RowOffsets[row + 1]; e++)
                entries.Add((row, matrix.ColumnIndices[e], matrix.Values[e]));
        }

        return entries;
    }
}
