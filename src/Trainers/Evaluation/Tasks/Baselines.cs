using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Evaluation;

/// <summary>The rows that stand beside every result.</summary>
internal static class Baselines
{
    public const string Random = "Random";
    public const string Popularity = "Popularity";
    public const string ItemMean = "ItemMean";
    public const string Oracle = "Oracle";

    /// <summary>Ranks by the number of users who had the item in training.</summary>
    public static Ranker ByPopularity(RankingTask task) => new ItemRanker([.. UsersOfItems(task.Seen).Select(users => (float)users)]);

    /// <summary>The number of distinct training users of each item.</summary>
    public static int[] UsersOfItems(InteractionGraph seen)
    {
        var users = new int[seen.ItemCount];
        for (var item = 0; item < users.Length; item++)
            users[item] = seen.UsersOf(item).Length;
        return users;
    }

    /// <summary>
    /// The exact expectation of a uniformly random order of each user's candidates. Gini has no closed form and is NaN; Coverage is
    /// 1 - mean over items of the product over users of (1 - chance that the item is among the user's first k).
    /// </summary>
    public static RankingValues RandomExpectation(RankingTask task, SelfInformation information, IReadOnlyList<int> cutOffs)
    {
        var values = new RankingValues(task.Cases.Count, cutOffs);
        foreach (var k in cutOffs)
        {
            var novelty = values.PerUser[(TopKMetric.Novelty, k)];
            for (var c = 0; c < task.Cases.Count; c++)
            {
                var one = task.Cases[c];
                var order = new RandomOrder(one.CandidateCount, one.Relevant.Length, one.RelevantCount);
                foreach (var metric in RankingMetrics.PerUser)
                    values.PerUser[(metric.Kind, k)][c] = metric.Expected(order, k);
                novelty[c] = one.CandidateCount == 0 ? 0 : MeanInformation(task, one, information);
            }
            values.OfRun[(TopKMetric.Coverage, k)] = RandomCoverage(task, k);
            values.OfRun[(TopKMetric.Gini, k)] = double.NaN;
        }
        return values;
    }

    /// <summary>The best order there is: every reachable relevant item first. Its lists hold the relevant items only.</summary>
    public static void VisitOracle(RankingTask task, int depth, RankedCaseVisitor visit)
    {
        var ranks = Enumerable.Range(0, depth).ToArray();
        for (var c = 0; c < task.Cases.Count; c++)
        {
            var relevant = task.Cases[c].Relevant;
            var count = Math.Min(depth, relevant.Length);
            visit(new RankedCase { Case = c, Slots = relevant.AsSpan(0, count), Scores = [], HitRanks = ranks.AsSpan(0, count) });
        }
    }

    private static double MeanInformation(RankingTask task, UserCase one, SelfInformation information)
    {
        if (one.Candidates is { } items)
            return information.MeanOf(items);
        var masked = 0.0;
        foreach (var item in task.ExcludedOf(one))
            masked += information[item];
        return (information.Total - masked) / one.CandidateCount;
    }

    // In logarithms: first as if every user could get every item, then the users who cannot are taken back out.
    private static double RandomCoverage(RankingTask task, int k)
    {
        if (task.ItemCount == 0)
            return double.NaN;
        var missed = new double[task.ItemCount];
        var sure = new int[task.ItemCount];
        var missedByAll = 0.0;
        var sureForAll = 0;
        foreach (var one in task.Cases)
        {
            if (one.CandidateCount == 0)
                continue;
            var chance = Math.Min(1, (double)k / one.CandidateCount);
            var (log, certain) = chance < 1 ? (Math.Log(1 - chance), 0) : (0, 1);
            if (one.Candidates is null)
            {
                (missedByAll, sureForAll) = (missedByAll + log, sureForAll + certain);
                (log, certain) = (-log, -certain);
            }
            foreach (var item in one.Candidates is null ? task.ExcludedOf(one) : one.Candidates)
                (missed[item], sure[item]) = (missed[item] + log, sure[item] + certain);
        }
        var covered = 0.0;
        for (var item = 0; item < missed.Length; item++)
            covered += sureForAll + sure[item] > 0 ? 1 : 1 - Math.Exp(Math.Min(0, missedByAll + missed[item]));
        return covered / task.ItemCount;
    }
}
