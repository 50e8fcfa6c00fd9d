using CsCheck;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Evaluation;

namespace HybridRec.MLNet.Tests.Evaluation;

public sealed class MetricPropertyTests
{
    // A ranking of up to 40 candidates as flags, further relevant items out of reach, and a cut-off.
    private static readonly Gen<(bool[] Relevant, int Unreachable, int K)> s_rankings =
        Gen.Select(Gen.Bool.Array[1, 40], Gen.Int[0, 3], Gen.Int[1, 50])
            .Where((relevant, unreachable, _) => unreachable + relevant.Count(r => r) > 0);

    [Fact]
    public void EveryMetric_IsBetweenZeroAndTheOracle() => s_rankings.Sample((relevant, unreachable, k) =>
    {
        var hits = HitRanks(relevant);
        var oracle = Enumerable.Range(0, hits.Length).ToArray();
        foreach (var metric in RankingMetrics.PerUser)
        {
            var value = metric.Of(hits, hits.Length + unreachable, k);
            Assert.InRange(value, 0, metric.Of(oracle, hits.Length + unreachable, k) + 1e-12);
            Assert.InRange(value, 0, 1 + 1e-12);
        }
    });

    [Fact]
    public void EveryMetric_NeverFalls_WhenARelevantItemMovesUp() => s_rankings.Sample((relevant, unreachable, k) =>
    {
        for (var rank = 1; rank < relevant.Length; rank++)
        {
            if (!relevant[rank] || relevant[rank - 1])
                continue;
            var better = relevant.ToArray();
            (better[rank - 1], better[rank]) = (true, false);
            var count = relevant.Count(r => r) + unreachable;
            foreach (var metric in RankingMetrics.PerUser)
                Assert.True(metric.Of(HitRanks(better), count, k) >= metric.Of(HitRanks(relevant), count, k) - 1e-12, $"{metric.Kind}");
        }
    });

    [Fact]
    public void PerfectRanking_IsOne_ExceptPrecisionAndRecallWhichTheirCutOffLimits() =>
        Gen.Select(Gen.Int[1, 30], Gen.Int[1, 30]).Sample((count, k) =>
        {
            var hits = Enumerable.Range(0, count).ToArray();
            foreach (var metric in RankingMetrics.PerUser)
            {
                var expected = metric.Kind switch
                {
                    TopKMetric.Precision => Math.Min(1.0, (double)count / k),
                    TopKMetric.Recall => Math.Min(1.0, (double)k / count),
                    _ => 1,
                };
                Assert.Equal(expected, metric.Of(hits, count, k), 1e-12);
            }
        });

    [Fact]
    public void RecallAndHitRate_NeverFallWithK() => s_rankings.Sample((relevant, unreachable, k) =>
    {
        var hits = HitRanks(relevant);
        var count = hits.Length + unreachable;
        Assert.True(new RecallAtK().Of(hits, count, k + 1) >= new RecallAtK().Of(hits, count, k));
        Assert.True(new HitRateAtK().Of(hits, count, k + 1) >= new HitRateAtK().Of(hits, count, k));
        Assert.True(new ReciprocalRankAtK().Of(hits, count, k + 1) >= new ReciprocalRankAtK().Of(hits, count, k));
    });

    [Fact]
    public void Ndcg_AgreesWithTheOneThatStopsTraining() => s_rankings.Sample((relevant, unreachable, k) =>
    {
        var hits = HitRanks(relevant);
        var ranked = Enumerable.Range(0, relevant.Length).ToArray();
        int[] relevantItems = [.. hits, .. Enumerable.Range(1000, unreachable)];
        Assert.Equal(RankingMath.Ndcg(ranked, relevantItems, k), new NdcgAtK().Of(hits, relevantItems.Length, k), 1e-12);
    });

    [Theory]
    [InlineData(6, 3, 3, 2)]
    [InlineData(6, 3, 5, 4)]
    [InlineData(7, 2, 2, 7)]
    [InlineData(5, 5, 6, 3)]
    [InlineData(4, 1, 1, 10)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(3, 0, 2, 2)]
    public void Expected_IsTheMeanOverAllOrders(int candidates, int reachable, int relevant, int k)
    {
        // Every way to place the reachable relevant items among the candidates is as likely as any other.
        var placements = Enumerable.Range(0, 1 << candidates)
            .Where(bits => int.PopCount(bits) == reachable)
            .Select(bits => Enumerable.Range(0, candidates).Where(rank => (bits >> rank & 1) == 1).ToArray())
            .ToArray();
        foreach (var metric in RankingMetrics.PerUser)
        {
            var mean = placements.Average(hits => metric.Of(hits, relevant, k));
            Assert.Equal(mean, metric.Expected(new RandomOrder(candidates, reachable, relevant), k), 1e-12);
        }
    }

    [Fact]
    public void Expected_WithoutCandidates_IsZero() =>
        Assert.All(RankingMetrics.PerUser, metric => Assert.Equal(0, metric.Expected(new RandomOrder(0, 0, 2), 10)));

    private static int[] HitRanks(bool[] relevant) => [.. Enumerable.Range(0, relevant.Length).Where(rank => relevant[rank])];
}
