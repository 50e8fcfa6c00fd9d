using HybridRec.MLNet.Evaluation;

namespace HybridRec.MLNet.Tests.Evaluation;

public sealed class MetricTests
{
    // Ranking of 10: relevant, -, relevant, -, -, relevant, -, -, -, -; 4 relevant items in all, one of them outside the ranking.
    private static readonly int[] s_hitRanks = [0, 2, 5];
    private const int Relevant = 4;

    [Theory]
    [InlineData(1, 1.0 / 1)]
    [InlineData(2, 1.0 / 2)]
    [InlineData(3, 2.0 / 3)]
    [InlineData(5, 2.0 / 5)]
    [InlineData(6, 3.0 / 6)]
    [InlineData(10, 3.0 / 10)]
    [InlineData(100, 3.0 / 100)]
    public void Precision_IsHitsOverK_WithKFixed(int k, double expected) => Is(expected, new PrecisionAtK(), k);

    [Theory]
    [InlineData(1, 1.0 / 4)]
    [InlineData(3, 2.0 / 4)]
    [InlineData(10, 3.0 / 4)]
    public void Recall_IsHitsOverAllRelevant(int k, double expected) => Is(expected, new RecallAtK(), k);

    [Fact]
    public void Ndcg_HasLog2DiscountsAndTheIdealOfAllRelevant()
    {
        // DCG@3 = 1/log2(2) + 1/log2(4) = 1 + 1/2; IDCG@3 = 1 + 1/log2(3) + 1/2.
        Is(1.5 / (1.5 + (1 / Math.Log2(3))), new NdcgAtK(), 3);
        // DCG@10 = 1 + 1/2 + 1/log2(7); IDCG@10 over min(10, 4) = 4 ranks: 1 + 1/log2(3) + 1/2 + 1/log2(5).
        Is((1.5 + (1 / Math.Log2(7))) / (1.5 + (1 / Math.Log2(3)) + (1 / Math.Log2(5))), new NdcgAtK(), 10);
        Is(1, new NdcgAtK(), 1);
    }

    [Fact]
    public void Ndcg_OfASingleHitAtRankTwo_IsOneOverLog2Of3() =>
        Assert.Equal(0.6309297535714575, new NdcgAtK().Of([1], 1, 10), 1e-15);

    [Theory]
    [InlineData(0, 1, 1.0)]
    [InlineData(3, 10, 1.0 / 4)]
    [InlineData(3, 4, 1.0 / 4)]
    [InlineData(3, 3, 0.0)]
    public void ReciprocalRank_IsOneOverTheFirstHit_ZeroBeyondK(int firstHit, int k, double expected) =>
        Assert.Equal(expected, new ReciprocalRankAtK().Of([firstHit, firstHit + 2], 2, k), 1e-15);

    [Fact]
    public void AveragePrecision_IsTheMeanPrecisionAtHits()
    {
        // Hits at ranks 1, 3 and 6 (from 1): (1/1 + 2/3 + 3/6) / min(10, 4).
        Is((1 + (2.0 / 3) + (3.0 / 6)) / 4, new AveragePrecisionAtK(), 10);
        // At 3 the denominator is min(3, 4) = 3.
        Is((1 + (2.0 / 3)) / 3, new AveragePrecisionAtK(), 3);
    }

    [Fact]
    public void HitRate_IsOneWithAnyHit()
    {
        Is(1, new HitRateAtK(), 1);
        Assert.Equal(0, new HitRateAtK().Of([4], 1, 4));
        Assert.Equal(1, new HitRateAtK().Of([4], 1, 5));
    }

    [Fact]
    public void EveryMetric_WithoutHits_IsZero() =>
        Assert.All(RankingMetrics.PerUser, metric => Assert.Equal(0, metric.Of([], 3, 10)));

    [Fact]
    public void Novelty_IsMinusLog2OfTheShareOfUsers()
    {
        // 8 users; items with 8, 4, 1 and 0 of them: 0, 1, 3 and (as if one user had it) 3 bits.
        var information = new SelfInformation([8, 4, 1, 0], 8);
        Assert.Equal([0.0, 1.0, 3.0, 3.0], Enumerable.Range(0, 4).Select(item => information[item]));
        Assert.Equal(7, information.Total);
        Assert.Equal(2, information.MeanOf([1, 3]));
        Assert.Equal(double.NaN, information.MeanOf([]));
    }

    [Fact]
    public void Coverage_IsTheShareOfItemsRecommendedAtAll()
    {
        Assert.Equal(0.5, ItemCoverage.Of([3, 0, 1, 0]));
        Assert.Equal(double.NaN, ItemCoverage.Of([]));
    }

    [Fact]
    public void Gini_IsZeroForEqualAndNearOneForASingleItem()
    {
        Assert.Equal(0, GiniIndex.Of([2, 2, 2, 2]), 1e-15);
        Assert.Equal(3.0 / 4, GiniIndex.Of([0, 0, 9, 0]), 1e-15);
        // 1, 3: (2*1 - 3) * 1 + (2*2 - 3) * 3 = 2, over 2 * 4.
        Assert.Equal(2.0 / 8, GiniIndex.Of([3, 1]), 1e-15);
        Assert.Equal(double.NaN, GiniIndex.Of([0, 0]));
    }

    private static void Is(double expected, IRankingMetric metric, int k) =>
        Assert.Equal(expected, metric.Of(s_hitRanks, Relevant, k), 1e-15);
}
