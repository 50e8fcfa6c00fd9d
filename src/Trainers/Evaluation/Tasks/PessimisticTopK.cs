using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// The first k slots of a ranking in which ties are broken against the model: among equal scores irrelevant items come first (then the
/// lower slot), the rule of ML.NET's own ranking evaluator. So a constant score never looks better than the worst order of its ties.
/// No full sort: the top-k kernel finds the threshold, and only a tie at that threshold needs another look at the scores.
/// </summary>
internal static class PessimisticTopK
{
    /// <summary>Selects min(k, candidates) slots.</summary>
    /// <param name="scores">Finite scores by slot.</param>
    /// <param name="excluded">Slots that are no candidates, ascending.</param>
    /// <param name="relevant">Relevant slots, ascending, none of them excluded.</param>
    /// <param name="slots">Receives the slots in rank order; its length is k.</param>
    /// <param name="topScores">Receives their scores; as long as <paramref name="slots"/>.</param>
    /// <param name="hitRanks">Receives the 0-based ranks of the relevant slots among the selected, ascending; as long as
    /// <paramref name="slots"/>.</param>
    /// <returns>Number of slots selected and number of hits among them.</returns>
    public static (int Count, int Hits) Select(
        ReadOnlySpan<float> scores, ReadOnlySpan<int> excluded, ReadOnlySpan<int> relevant, Span<int> slots, Span<float> topScores,
        Span<int> hitRanks)
    {
        var count = TopKKernel.Select(scores, excluded, slots, topScores);
        for (var start = 0; start < count;)
        {
            var end = start + 1;
            while (end < count && topScores[end] == topScores[start])
                end++;
            if (end == slots.Length && HasScore(relevant, scores, topScores[start]))
                FillTies(scores, topScores[start], excluded, relevant, slots[start..end]);
            else if (end - start > 1)
                PutIrrelevantFirst(slots[start..end], relevant);
            start = end;
        }

        var hits = 0;
        for (var rank = 0; rank < count; rank++)
        {
            if (relevant.BinarySearch(slots[rank]) >= 0)
                hitRanks[hits++] = rank;
        }
        return (count, hits);
    }

    private static bool HasScore(ReadOnlySpan<int> relevant, ReadOnlySpan<float> scores, float score)
    {
        foreach (var slot in relevant)
        {
            if (scores[slot] == score)
                return true;
        }
        return false;
    }

    // The tie reaches the last rank, so slots outside the selection may tie too: the irrelevant ones among all of them go first.
    private static void FillTies(
        ReadOnlySpan<float> scores, float score, ReadOnlySpan<int> excluded, ReadOnlySpan<int> relevant, Span<int> ties)
    {
        var filled = 0;
        for (var slot = Next(scores, score, 0); slot >= 0 && filled < ties.Length; slot = Next(scores, score, slot + 1))
        {
            if (relevant.BinarySearch(slot) < 0 && excluded.BinarySearch(slot) < 0)
                ties[filled++] = slot;
        }
        for (var r = 0; r < relevant.Length && filled < ties.Length; r++)
        {
            if (scores[relevant[r]] == score)
                ties[filled++] = relevant[r];
        }
    }

    private static int Next(ReadOnlySpan<float> scores, float score, int from)
    {
        var offset = scores[from..].IndexOf(score);
        return offset < 0 ? -1 : from + offset;
    }

    private static void PutIrrelevantFirst(Span<int> ties, ReadOnlySpan<int> relevant)
    {
        var irrelevant = 0;
        for (var i = 0; i < ties.Length; i++)
        {
            if (relevant.BinarySearch(ties[i]) >= 0)
                continue;
            var slot = ties[i];
            ties[irrelevant..i].CopyTo(ties[(irrelevant + 1)..]);
            ties[irrelevant++] = slot;
        }
    }
}
