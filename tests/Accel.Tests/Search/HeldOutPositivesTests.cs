namespace HybridRec.MLNet.Accel.Tests.Search;

public sealed class HeldOutPositivesTests
{
    [Fact]
    public void Folds_LittleData_DivideThePositivesWithoutOverlap()
    {
        var graph = Graph(users: 50, items: 40);
        var folds = HeldOutPositives.Folds(graph);
        Assert.Equal(3, folds.Count);
        var seen = new HashSet<(int, int)>();
        foreach (var fold in folds)
        {
            int held = 0;
            for (int n = 0; n < fold.Users.Count; n++)
            {
                int user = fold.Users[n];
                Assert.False(fold.Rest.ItemsOf(user).IsEmpty);
                foreach (int item in fold.HeldOf(n))
                {
                    Assert.True(graph.Contains(user, item));
                    Assert.False(fold.Rest.Contains(user, item));
                    Assert.True(seen.Add((user, item)));
                    held++;
                }
            }

            Assert.Equal(graph.EdgeCount, fold.Rest.EdgeCount + held);
        }
    }

    [Fact]
    public void Folds_ManyUsers_JudgesSomeAndLeavesTheOthersWhole()
    {
        var graph = Graph(users: 300, items: 40);
        var fold = HeldOutPositives.Folds(graph, mostUsers: 20)[0];
        Assert.Equal(20, fold.Users.Count);
        Assert.Equal(fold.Users.Order(), fold.Users);
        foreach (int user in Enumerable.Range(0, 300).Except(fold.Users))
            Assert.Equal(graph.ItemsOf(user).ToArray(), fold.Rest.ItemsOf(user).ToArray());
        Assert.Equal(fold.Users, HeldOutPositives.Folds(graph, mostUsers: 20)[0].Users);
        Assert.NotEqual(fold.Users, HeldOutPositives.Folds(graph, seed: 2, mostUsers: 20)[0].Users);
    }

    [Fact]
    public void Folds_OnePositiveAUser_AreNone() =>
        Assert.Empty(HeldOutPositives.Folds(InteractionGraph.FromPairs(3, 2, [0, 1, 2], [0, 1, 0])));

    [Fact]
    public void Of_WhatSomebodyElseHeldBack_JudgesThoseWithBoth()
    {
        var rest = InteractionGraph.FromPairs(4, 5, [0, 0, 1, 3], [0, 1, 2, 4]);
        var held = InteractionGraph.FromPairs(4, 5, [0, 0, 2, 3], [1, 3, 0, 4]);
        var holdout = HeldOutPositives.Of(rest, held)!;
        Assert.Equal([0], holdout.Users);
        Assert.Equal([3], holdout.HeldOf(0).ToArray());
        Assert.Null(HeldOutPositives.Of(rest, rest));
    }

    [Fact]
    public void Ndcg_AllUsers_IsOneANumberOfThreads()
    {
        var fold = HeldOutPositives.Folds(Graph(users: 200, items: 60))[0];
        double[] one = fold.Ndcg(Scores, threads: 1), four = fold.Ndcg(Scores, threads: 4);
        Assert.Equal(one, four);
        Assert.Contains(one, value => value > 0);

        static void Scores(int first, ReadOnlySpan<int> users, Span<float> scores)
        {
            for (int n = 0; n < scores.Length; n++)
                scores[n] = (users[n / 60] * 7919 + (n % 60 * 104729)) % 1009;
        }
    }

    private static InteractionGraph Graph(int users, int items)
    {
        var random = Xoshiro256.Stream(9);
        List<int> u = [], i = [];
        for (int user = 0; user < users; user++)
        {
            for (int item = 0; item < items; item++)
            {
                if (random.NextInt32(3) == 0)
                {
                    u.Add(user);
                    i.Add(item);
                }
            }
        }

        return InteractionGraph.FromPairs(users, items, [.. u], [.. i]);
    }
}
