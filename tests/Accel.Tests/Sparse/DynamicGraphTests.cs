using CsCheck;

namespace HybridRec.MLNet.Accel.Tests.Sparse;

public sealed class DynamicGraphTests
{
    private static readonly Gen<(int User, int Item)[]> s_pairs = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 8]).Array[0, 80];

    [Fact]
    public void Add_AnyPairsAndNodes_EqualsRebuildingFromPairs() => Gen.Select(s_pairs, s_pairs).Sample((before, after) =>
    {
        // Half the nodes are there from the start; the others are added when a pair first needs them.
        (int User, int Item)[] known = [.. before.Where(p => p.User < 3 && p.Item < 4)];
        InteractionGraph origin = Graph(3, 4, known);
        var graph = new DynamicGraph(origin);
        foreach ((int user, int item) in after)
        {
            while (graph.UserCount <= user)
                graph.AddUser();
            while (graph.ItemCount <= item)
                graph.AddItem();
            bool there = graph.Contains(user, item);
            Assert.Equal(!there, graph.Add(user, item));
            Assert.True(graph.Contains(user, item));
        }

        InteractionGraph expected = Graph(graph.UserCount, graph.ItemCount, [.. known, .. after]);
        AssertSame(expected, graph);
        AssertSame(expected, new DynamicGraph(graph.ToInteractionGraph()));
        AssertSame(Graph(3, 4, known), new DynamicGraph(origin)); // the origin is as it was
    });

    [Fact]
    public void AddUserAndItem_GraphOfNothing_NumbersThemFrom0()
    {
        var graph = new DynamicGraph(InteractionGraph.FromPairs(0, 0, [], []));
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(_ => graph.AddUser()));
        Assert.Equal([0, 1], Enumerable.Range(0, 2).Select(_ => graph.AddItem()));
        Assert.True(graph.ItemsOf(2).IsEmpty);
        Assert.True(graph.UsersOf(1).IsEmpty);
        Assert.Equal(0, graph.EdgeCount);
    }

    [Fact]
    public void ToInteractionGraph_LaterChanges_DoNotShow()
    {
        var graph = new DynamicGraph(InteractionGraph.FromPairs(1, 3, [0], [1]));
        InteractionGraph snapshot = graph.ToInteractionGraph();
        graph.Add(0, 0);
        graph.Add(0, 2);
        Assert.Equal([1], snapshot.ItemsOf(0).ToArray());
        Assert.Equal([0, 1, 2], graph.ItemsOf(0).ToArray());
    }

    [Theory]
    [InlineData(-1, 0, "User -1 does not exist; there are 2")]
    [InlineData(2, 0, "User 2 does not exist; there are 2")]
    [InlineData(0, 3, "Item 3 does not exist; there are 3")]
    public void Add_NodeOutside_SaysSoAndChangesNothing(int user, int item, string message)
    {
        var graph = new DynamicGraph(InteractionGraph.FromPairs(2, 3, [0], [1]));
        Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(() => graph.Add(user, item)).Message, StringComparison.Ordinal);
        Assert.Equal(1, graph.EdgeCount);
    }

    private static InteractionGraph Graph(int users, int items, (int User, int Item)[] pairs) =>
        InteractionGraph.FromPairs(users, items, [.. pairs.Select(p => p.User)], [.. pairs.Select(p => p.Item)]);

    private static void AssertSame(InteractionGraph expected, DynamicGraph actual)
    {
        Assert.Equal((expected.UserCount, expected.ItemCount, expected.EdgeCount), (actual.UserCount, actual.ItemCount, actual.EdgeCount));
        for (int user = 0; user < expected.UserCount; user++)
            Assert.Equal(expected.ItemsOf(user).ToArray(), actual.ItemsOf(user).ToArray());
        for (int item = 0; item < expected.ItemCount; item++)
            Assert.Equal(expected.UsersOf(item).ToArray(), actual.UsersOf(item).ToArray());
    }
}
