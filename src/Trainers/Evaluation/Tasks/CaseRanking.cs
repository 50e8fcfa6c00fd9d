using System.Buffers;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Evaluation;

/// <summary>The first k candidates of one user.</summary>
internal readonly ref struct RankedCase
{
    /// <summary>Position of the user in <see cref="RankingTask.Cases"/>.</summary>
    public required int Case { get; init; }

    /// <summary>Slots in rank order, ties pessimistic.</summary>
    public required ReadOnlySpan<int> Slots { get; init; }

    /// <summary>Scores of the slots.</summary>
    public required ReadOnlySpan<float> Scores { get; init; }

    /// <summary>0-based ranks of the relevant ones among them, ascending.</summary>
    public required ReadOnlySpan<int> HitRanks { get; init; }
}

/// <summary>Uses one ranking; called from several threads, once for each case.</summary>
internal delegate void RankedCaseVisitor(in RankedCase ranked);

/// <summary>Ranks every case of a task in blocks of users: never more scores in memory at once than one block a thread.</summary>
internal static class CaseRanking
{
    // 4 MiB of scores a block: large enough to amortise opening a model, small enough for the cache of a core.
    private const int ScoresPerBlock = 1 << 20;
    private const int LargestBlock = 256;

    public static void VisitAll(
        RankingTask task, Ranker ranker, int depth, int threads, CancellationToken cancellation, RankedCaseVisitor visit)
    {
        var block = Math.Clamp(ScoresPerBlock / Math.Max(1, task.Width), 1, LargestBlock);
        var blocks = (task.Cases.Count + block - 1) / block;
        Parallelism.For(blocks, threads, b =>
        {
            cancellation.ThrowIfCancellationRequested();
            var first = b * block;
            var count = Math.Min(block, task.Cases.Count - first);
            var scores = ArrayPool<float>.Shared.Rent(count * task.Width);
            try
            {
                ranker.Score(task, first, count, scores.AsSpan(0, count * task.Width));
                RankBlock(task, first, count, depth, scores, visit);
            }
            finally
            {
                ArrayPool<float>.Shared.Return(scores);
            }
        });
    }

    private static void RankBlock(RankingTask task, int first, int count, int depth, float[] scores, RankedCaseVisitor visit)
    {
        var slots = new int[depth];
        var topScores = new float[depth];
        var hitRanks = new int[depth];
        for (var i = 0; i < count; i++)
        {
            var one = task.Cases[first + i];
            var (ranked, hits) = PessimisticTopK.Select(
                scores.AsSpan(i * task.Width, task.SlotsOf(one)), task.ExcludedOf(one), one.Relevant, slots, topScores, hitRanks);
            visit(new RankedCase
            {
                Case = first + i,
                Slots = slots.AsSpan(0, ranked),
                Scores = topScores.AsSpan(0, ranked),
                HitRanks = hitRanks.AsSpan(0, hits),
            });
        }
    }
}
