using CsCheck;
using HybridRec.MLNet.Evaluation;

namespace HybridRec.MLNet.Tests.Evaluation;

public sealed class PessimisticTopKTests
{
    [Fact]
    public void Select_EqualScores_PutsIrrelevantFirstThenLowerSlot()
    {
        // Slots 1 and 4 are relevant and tie with 0, 2 and 3.
        var (slots, hits) = Select([5, 5, 5, 5, 5], [], [1, 4], 4);
        Assert.Equal([0, 2, 3, 1], slots);
        Assert.Equal([3], hits);
    }

    [Fact]
    public void Select_TieAtTheLastRank_TakesTheIrrelevantOneOutsideFirst()
    {
        // Rank 2 is shared by slot 1 (relevant) and slot 3 (not): the cut goes through the tie.
        var (slots, hits) = Select([9, 4, 1, 4], [], [1], 2);
        Assert.Equal([0, 3], slots);
        Assert.Empty(hits);
    }

    [Fact]
    public void Select_ExcludedTie_IsNoCompetitor()
    {
        var (slots, hits) = Select([9, 4, 1, 4], [3], [1], 2);
        Assert.Equal([0, 1], slots);
        Assert.Equal([1], hits);
    }

    [Fact]
    public void Select_FewerCandidatesThanK_GivesAll()
    {
        var (slots, hits) = Select([1, 3, 2], [1], [2], 10);
        Assert.Equal([2, 0], slots);
        Assert.Equal([0], hits);
    }

    [Fact]
    public void Select_AnyScores_AgreesWithAFullSort() =>
        // Few distinct scores, so that most ranks tie; each slot is a candidate, relevant or excluded.
        Gen.Select(Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3]).Array[1, 40], Gen.Int[1, 45]).Sample((cells, k) =>
        {
            var scores = cells.Select(cell => (float)cell.Item1).ToArray();
            int[] excluded = [.. Enumerable.Range(0, cells.Length).Where(slot => cells[slot].Item2 == 0)];
            int[] relevant = [.. Enumerable.Range(0, cells.Length).Where(slot => cells[slot].Item2 == 1)];
            int[] expected = [.. Enumerable.Range(0, cells.Length).Except(excluded)
                .OrderByDescending(slot => scores[slot]).ThenBy(slot => relevant.Contains(slot)).ThenBy(slot => slot).Take(k)];

            var (slots, hits) = Select(scores, excluded, relevant, k);

            Assert.Equal(expected, slots);
            Assert.Equal(Enumerable.Range(0, expected.Length).Where(rank => relevant.Contains(expected[rank])), hits);
        });

    private static (int[] Slots, int[] Hits) Select(float[] scores, int[] excluded, int[] relevant, int k)
    {
        var slots = new int[k];
        var hitRanks = new int[k];
        var (count, hits) = PessimisticTopK.Select(scores, excluded, relevant, slots, new float[k], hitRanks);
        return (slots[..count], hitRanks[..hits]);
    }
}
