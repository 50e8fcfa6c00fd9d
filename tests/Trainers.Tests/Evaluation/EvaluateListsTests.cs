using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Evaluation;

/// <summary>Lists that are given are judged as the model that made them.</summary>
public sealed class EvaluateListsTests
{
    private const int ItemCount = 30;
    private static readonly InteractionSplit s_split = Known.RandomSplit(seed: 4, users: 20, items: ItemCount, perUser: 12, heldOut: 4);
    private static readonly TopKOptions s_options = new() { K = [3, 10], RelevanceThreshold = 4, Seed = 1 };

    [Theory]
    [InlineData(ItemCount)]
    [InlineData(10)]
    public void EvaluateTopK_ListsOfAModel_AreJudgedAsTheModel(int length)
    {
        TopKReport expected = Known.Ml.Hybrid.EvaluateTopK(Known.Model(Score), s_split, s_options);
        using Recommender recommender = Known.Ml.Hybrid.CreateRecommender(Known.Model(Score), s_split.TrainSet);
        TopKReport actual = Known.Ml.Hybrid.EvaluateTopK(recommender.CandidateRows(s_split.TestSet, length), s_split, s_options);
        Assert.Equal(expected.UserIds, actual.UserIds);
        foreach (int k in expected.K)
        {
            foreach (TopKMetric metric in Enum.GetValues<TopKMetric>())
                Assert.Equal(expected[metric, k].Value, actual[metric, k].Value, 1e-12);
        }

        Assert.Equal(0, actual.CompareTo(expected, TopKMetric.Ndcg, 10).Difference);
        Assert.Equal(expected["Popularity"][TopKMetric.Ndcg, 10].Value, actual["Popularity"][TopKMetric.Ndcg, 10].Value);
    }

    [Fact]
    public void EvaluateTopK_RatedHoldoutByLists_RanksTheTestRows()
    {
        TopKOptions rated = s_options with { Candidates = CandidateSet.RatedHoldout };
        TopKReport expected = Known.Ml.Hybrid.EvaluateTopK(Known.Model(Score), s_split, rated);
        using Recommender recommender = Known.Ml.Hybrid.CreateRecommender(Known.Model(Score), s_split.TrainSet);
        TopKReport actual = Known.Ml.Hybrid.EvaluateTopK(recommender.CandidateRows(s_split.TestSet), s_split, rated);
        Assert.Equal(expected[TopKMetric.Ndcg, 3].Value, actual[TopKMetric.Ndcg, 3].Value, 1e-12);
    }

    [Fact]
    public void EvaluateTopK_UserWithoutList_HasNoHit()
    {
        InteractionSplit split = new(
            Known.Ratings([.. Known.Items(1, 6), (1, 1, 1), (2, 1, 1)]), Known.Ratings((1, 6, 1), (2, 6, 1)), "by hand");
        TopKReport report = Known.Ml.Hybrid.EvaluateTopK(Lists((1, 6, 1)), split, new TopKOptions { K = [1, 4] });
        Assert.Equal([1, 0], report.Model.PerUser(TopKMetric.Recall, 1));
        Assert.Equal(0.5, report[TopKMetric.Ndcg, 4].Value, 1e-12); // item 6 of user 2 is the last of five that tie
    }

    [Fact]
    public void EvaluateTopK_ScoreThatIsNoNumber_RanksLastAndCounts()
    {
        InteractionSplit split = new(Known.Ratings([.. Known.Items(1, 3), (1, 1, 1)]), Known.Ratings((1, 2, 1)), "by hand");
        TopKReport report = Known.Ml.Hybrid.EvaluateTopK(Lists((1, 2, float.NaN), (1, 3, 0)), split, new TopKOptions { K = [1] });
        Assert.Equal(0, report[TopKMetric.Recall, 1].Value);
        Assert.Equal(1, report.Counts.NonFiniteScores);
    }

    [Fact]
    public void EvaluateTopK_ListsThatCannotBeJudged_SayWhy()
    {
        InteractionSplit split = new(Known.Ratings([.. Known.Items(1, 3), (1, 1, 1)]), Known.Ratings((1, 2, 1)), "by hand");
        Assert.Contains("item '7'", Message(Lists((1, 7, 1))), StringComparison.Ordinal);
        Assert.Contains("item '2' twice", Message(Lists((1, 2, 1), (1, 2, 0))), StringComparison.Ordinal);
        Assert.Contains("'Score'", Message(Known.Clicks((1, 2))), StringComparison.Ordinal);

        string Message(IDataView lists) => Assert.Throws<ArgumentException>(() => Known.Ml.Hybrid.EvaluateTopK(lists, split)).Message;
    }

    // Distinct for a user, so that nothing depends on ties.
    private static float Score(int user, int item) => ((item * 7) + (user * 11)) % 31;

    private static IDataView Lists(params (int User, int Item, float Score)[] rows) => Known.Ml.Data.LoadFromEnumerable(
        rows.Select(row => new Listed { User = row.User, Item = row.Item, Score = row.Score }).ToArray());

    private sealed class Listed
    {
        public int User { get; set; }
        public int Item { get; set; }
        public float Score { get; set; }
    }
}
