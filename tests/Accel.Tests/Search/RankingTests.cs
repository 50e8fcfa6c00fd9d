using CsCheck;

namespace HybridRec.MLNet.Accel.Tests.Ranking;

public sealed class RankingTests
{
    [Fact]
    public void Ndcg_KnownRanking_IsTheDefinition()
    {
        double dcg = 1 + (1 / Math.Log2(4));
        double ideal = 1 + (1 / Math.Log2(3)) + (1 / Math.Log2(4));
        Assert.Equal(dcg / ideal, RankingMath.Ndcg([7, 1, 9, 4], [4, 7, 9], 3), 1e-12);
    }

    [Fact]
    public void Ndcg_FewerRelevantThanK_PerfectIsOne() => Assert.Equal(1, RankingMath.Ndcg([3, 5, 0, 1], [3, 5], 10), 1e-12);

    [Fact]
    public void Ndcg_NothingRelevant_IsNaN() => Assert.Equal(double.NaN, RankingMath.Ndcg([1, 2], [], 2));

    [Fact]
    public void Ndcg_EmptyPlaces_CountAsMisses() => Assert.Equal(0, RankingMath.Ndcg([-1, -1], [0], 2));

    [Fact]
    public void PessimisticNdcg_RandomScoresWithTies_IsThatOfTheWorstOrder()
    {
        var random = new Random(3);
        for (int n = 0; n < 200; n++)
        {
            int items = random.Next(3, 70), values = random.Next(1, 9);
            float[] scores = [.. Enumerable.Range(0, items).Select(_ => (float)random.Next(values))];
            int[] order = [.. Enumerable.Range(0, items)];
            random.Shuffle(order);
            int[] known = [.. order[..(items / 4)].Order()], held = [.. order[(items / 4)..((items / 2) + 1)].Order()];
            if (n % 5 == 0)
                scores[held[0]] = float.NaN;
            int[] ranked = [.. Enumerable.Range(0, items).Except(known).Where(i => !float.IsNaN(scores[i]))
                .OrderByDescending(i => scores[i]).ThenBy(i => held.Contains(i))];
            double gained = Enumerable.Range(0, Math.Min(5, ranked.Length))
                .Where(r => held.Contains(ranked[r])).Sum(r => 1 / Math.Log2(r + 2));
            double ideal = Enumerable.Range(0, Math.Min(5, held.Length)).Sum(r => 1 / Math.Log2(r + 2));
            Assert.Equal(gained / ideal, RankingMath.PessimisticNdcg(scores, known, held, 5), 1e-12);
        }
    }

    [Fact]
    public void PessimisticNdcg_NothingRelevant_IsNaN() =>
        Assert.Equal(double.NaN, RankingMath.PessimisticNdcg([1, 2], [], [], 2));

    [Fact]
    public void Ndcg_AnyRanking_IsInRangeAndPrefersHitsFirst() => Gen.Shuffle(Enumerable.Range(0, 8).ToArray()).Sample(ranked =>
    {
        double quality = RankingMath.Ndcg(ranked, [1, 4, 6], 5);
        Assert.InRange(quality, 0, 1 + 1e-12);
        int hit = Array.FindIndex(ranked, 1, item => item is 1 or 4 or 6);
        if (hit < 1 || hit > 4 || ranked[hit - 1] is 1 or 4 or 6)
            return;
        (ranked[hit - 1], ranked[hit]) = (ranked[hit], ranked[hit - 1]);
        Assert.True(RankingMath.Ndcg(ranked, [1, 4, 6], 5) > quality);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void RankAll_ManyUsers_EqualsASortOfDotProducts(int threads)
    {
        const int Users = 150, Items = 97, Dimension = 12, K = 10;
        // Small whole numbers: scores are exact, and ties common.
        float[] users = [.. Samples.Integers(Users * Dimension, 3, 1).Select(i => i - 1f)];
        float[] items = [.. Samples.Integers(Items * Dimension, 3, 2).Select(i => i - 1f)];
        int[] rows = [.. Enumerable.Range(0, Users).Where(u => u % 7 != 0)];
        RankedLists lists = TopKRanking.RankAll(users, items, Dimension, rows, user => new int[] { user % 5, 50 }, K, threads);
        Assert.Equal(rows.Length, lists.Count);
        for (int p = 0; p < rows.Length; p++)
        {
            int user = rows[p];
            int[] expected =
            [
                .. Enumerable.Range(0, Items).Where(i => i != user % 5 && i != 50)
                    .OrderByDescending(i =>
                        Enumerable.Range(0, Dimension).Sum(j => users[(user * Dimension) + j] * items[(i * Dimension) + j]))
                    .ThenBy(i => i).Take(K),
            ];
            Assert.Equal(expected, lists.ItemsOf(p).ToArray());
            Assert.Equal(K, lists.ScoresOf(p).Length);
        }
    }

    [Fact]
    public void RankAll_MoreItemsThanATile_EqualsASortOfDotProducts()
    {
        const int Users = 70, Items = 5000, K = 30;
        float[] users = [.. Samples.Integers(Users, 9, 3).Select(i => i - 4f)];
        float[] items = [.. Samples.Integers(Items, 999, 4).Select(i => i - 500f)];
        int[] seen = [.. Enumerable.Range(0, Items).Where(item => item % 3 == 0)];
        RankedLists lists = TopKRanking.RankAll(users, items, 1, null, _ => seen, K);
        for (int user = 0; user < Users; user++)
        {
            Assert.Equal(
                Enumerable.Range(0, Items).Where(item => item % 3 != 0).OrderByDescending(item => users[user] * items[item])
                    .ThenBy(item => item).Take(K),
                lists.ItemsOf(user).ToArray());
        }
    }

    [Fact]
    public void RankAll_FewerItemsThanK_GivesShortLists()
    {
        RankedLists lists = TopKRanking.RankAll([1f, 2f], [1f, 3f, 2f], 1, null, user => new int[] { user }, 5);
        Assert.Equal([1, 2], lists.ItemsOf(0).ToArray());
        Assert.Equal([2, 0], lists.ItemsOf(1).ToArray());
    }

    [Fact]
    public void RankAll_Cancelled_Throws() => Assert.ThrowsAny<OperationCanceledException>(
        () => TopKRanking.RankAll([1f], [1f], 1, null, null, 1, cancellationToken: new CancellationToken(canceled: true)));

    [Fact]
    public void RankAll_BadInput_Throws()
    {
        Assert.Throws<ArgumentException>(() => TopKRanking.RankAll(new float[3], new float[4], 2, null, null, 1));
        Assert.Throws<ArgumentException>(() => TopKRanking.RankAll(new float[4], new float[3], 2, null, null, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TopKRanking.RankAll(new float[4], new float[4], 2, [2], null, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TopKRanking.RankAll(new float[4], new float[4], 2, null, null, 0));
    }
}
