using System.Buffers;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Ranking;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// Finds the lists of all users by products of blocks of queries with all items: <see cref="HeadServingScorer"/>'s own lists, for a
/// fraction of their time. The items are packed once.
/// </summary>
internal sealed class HeadUserBlocks(HeadServingScorer scorer, HeadRanker ranker) : UserBlocks(scorer)
{
    private readonly PackedItems _packed = new(ranker.Items.Values.Span, ranker.Items.Dimension);

    /// <inheritdoc/>
    public override void Rank(int firstUser, RankedLists lists, SeenItems? excluded, int threads, CancellationToken cancellationToken) =>
        Parallelism.For((lists.Count + PackedItems.BlockUsers - 1) / PackedItems.BlockUsers, threads, block =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = block * PackedItems.BlockUsers;
            Rank(firstUser, lists, excluded, first, Math.Min(PackedItems.BlockUsers, lists.Count - first));
        });

    private void Rank(int firstUser, RankedLists lists, SeenItems? excluded, int first, int count)
    {
        int width = _packed.Dimension, wanted = scorer.Wanted(lists.K, HeadServingScorer.RoundingSpare);
        float[] queries = ArrayPool<float>.Shared.Rent(count * width);
        for (int p = 0; p < count; p++)
        {
            HeadPass pass = ranker.Begin(scorer.User(firstUser + first + p));
            pass.Linear.CopyTo(queries.AsSpan(p * width));
            ranker.End(pass);
        }

        var candidates = new RankedLists(count, wanted);
        _packed.Rank(
            queries.AsSpan(0, count * width), candidates, 0, excluded is null ? null : position => excluded(firstUser + first + position));
        int[] ascending = ArrayPool<int>.Shared.Rent(wanted);
        for (int p = 0; p < count; p++)
        {
            int user = firstUser + first + p;
            ReadOnlySpan<int> retrieved = candidates.ItemsOf(p);
            ReadOnlySpan<float> query = queries.AsSpan(p * width, width);
            bool settled = retrieved.Length < wanted || wanted == _packed.Count
                || scorer.IsSettled(query, candidates.ScoresOf(p), lists.K);
            retrieved.CopyTo(ascending);
            Array.Sort(ascending, 0, retrieved.Length);
            int length = retrieved.Length;
            lists.Fill(first + p, (rows, scores) =>
            {
                if (!settled)
                    return scorer.ForUser(user, new ServingFilter(excluded is null ? [] : excluded(user), allowed: null), rows, scores);
                HeadPass pass = ranker.Begin(scorer.User(user));
                int found = ranker.Rank(pass, [], ascending.AsSpan(0, length), rows, scores);
                ranker.End(pass);
                return found;
            });
        }

        ArrayPool<int>.Shared.Return(ascending);
        ArrayPool<float>.Shared.Return(queries);
    }
}
