using Microsoft.ML;

namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// The rows from which ML.NET's evaluator gets the exact full-ranking NDCG@k without users x items rows: each user's first k items, and
/// every relevant item that is not among them with the lowest score there is. The gains at ranks below k are those of the full ranking, and
/// so is the ideal, since every relevant item is present.
/// </summary>
internal static class FullRankingViewBuilder
{
    public static IDataView Build(
        MLContext ml, ITransformer model, InteractionSplit split, int k, TopKOptions options, CancellationToken cancellationToken)
    {
        var task = RankingTaskBuilder.Build(model, split, options, cancellationToken);
        var ranker = TopKEvaluator.MakeRanker(ml, model, split, task);
        var rows = new GradedRows.Row[task.Cases.Count][];
        int depth = Math.Min(k, Math.Max(1, task.Width));
        CaseRanking.VisitAll(task, ranker, depth, options.Threads, cancellationToken, (in RankedCase ranked) =>
            rows[ranked.Case] = RowsOf(task.Cases[ranked.Case], ranked));
        return new GradedRows([.. rows.SelectMany(group => group)], task.Cases.Count);
    }

    private static GradedRows.Row[] RowsOf(UserCase one, in RankedCase ranked)
    {
        var missed = one.RelevantCount - ranked.HitRanks.Length;
        var rows = new GradedRows.Row[ranked.Slots.Length + missed];
        for (var rank = 0; rank < ranked.Slots.Length; rank++)
            rows[rank] = new GradedRows.Row(ranked.Case, 0, ranked.Scores[rank]);
        foreach (var rank in ranked.HitRanks)
            rows[rank] = rows[rank] with { Grade = 1 };
        Array.Fill(rows, new GradedRows.Row(ranked.Case, 1, float.MinValue), ranked.Slots.Length, missed);
        return rows;
    }
}
