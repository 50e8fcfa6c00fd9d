using System.Buffers;
using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Ranking;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// Finds the lists of all users by products of blocks of queries with all items: <see cref="HeadServingScorer"/>'s own lists, for a
/// fraction of their time. The items are packed once. Scores of the pair are made for the block at once and added tile by tile.
/// </summary>
internal sealed class HeadUserBlocks(HeadServingScorer scorer, HeadRanker ranker) : UserBlocks(scorer)
{
    private const int MostPairScores = 1 << 22; // of a block: what a thread holds

    private readonly PackedItems _packed = new(ranker.Items.Values.Span, ranker.Items.Dimension);

    private int Pairs => scorer.Pairs.Count;

    /// <inheritdoc/>
    public override void Rank(int firstUser, RankedLists lists, SeenItems? excluded, int threads, CancellationToken cancellationToken)
    {
        int most = Pairs == 0 ? PackedItems.BlockUsers : Math.Clamp(MostPairScores / (_packed.Count * Pairs), 1, PackedItems.BlockUsers);
        Parallelism.For((lists.Count + most - 1) / most, threads, block =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = block * most;
            Rank(firstUser, lists, excluded, first, Math.Min(most, lists.Count - first));
        });
    }

    private void Rank(int firstUser, RankedLists lists, SeenItems? excluded, int first, int count)
    {
        int width = _packed.Dimension, wanted = scorer.Wanted(lists.K, HeadServingScorer.RoundingSpare), each = _packed.Count * Pairs;
        float[] queries = ArrayPool<float>.Shared.Rent(count * width), weights = ArrayPool<float>.Shared.Rent(Math.Max(1, count * Pairs));
        for (int p = 0; p < count; p++)
        {
            HeadPass pass = ranker.Begin(scorer.User(firstUser + first + p));
            pass.Linear.CopyTo(queries.AsSpan(p * width));
            pass.Scores.CopyTo(weights.AsSpan(p * Pairs));
            ranker.End(pass);
        }

        float[] pairScores = ArrayPool<float>.Shared.Rent(Math.Max(1, count * each));
        if (Pairs > 0)
            scorer.Pairs.ForUsers(firstUser + first, count, pairScores);
        var candidates = new RankedLists(count, wanted);
        _packed.Rank(
            queries.AsSpan(0, count * width), candidates, 0, excluded is null ? null : position => excluded(firstUser + first + position),
            Pairs == 0 ? null : (position, item, scores) => Add(
                pairScores.AsSpan((position * each) + (item * Pairs)), weights.AsSpan(position * Pairs, Pairs), scores));
        int[] ascending = ArrayPool<int>.Shared.Rent(wanted);
        for (int p = 0; p < count; p++)
        {
            int user = firstUser + first + p;
            ReadOnlySpan<int> retrieved = candidates.ItemsOf(p);
            ReadOnlySpan<float> query = queries.AsSpan(p * width, width);
            ReadOnlyMemory<float> own = pairScores.AsMemory(p * each, each);
            bool settled = retrieved.Length < wanted || wanted == _packed.Count || scorer.IsSettled(
                query, candidates.ScoresOf(p), lists.K, Largest(own.Span, weights.AsSpan(p * Pairs, Pairs)));
            retrieved.CopyTo(ascending);
            Array.Sort(ascending, 0, retrieved.Length);
            int length = retrieved.Length;
            lists.Fill(first + p, (rows, scores) =>
            {
                if (!settled)
                    return scorer.ForUser(user, new ServingFilter(excluded is null ? [] : excluded(user), allowed: null), rows, scores);
                HeadPass pass = ranker.Begin(scorer.User(user));
                int found = ranker.Rank(pass, own.Span, ascending.AsSpan(0, length), rows, scores);
                ranker.End(pass);
                return found;
            });
        }

        ArrayPool<int>.Shared.Return(ascending);
        ArrayPool<float>.Shared.Return(queries);
        ArrayPool<float>.Shared.Return(weights);
        ArrayPool<float>.Shared.Return(pairScores);
    }

    private static void Add(ReadOnlySpan<float> pairScores, ReadOnlySpan<float> weights, Span<float> scores)
    {
        if (weights.Length == 1)
        {
            TensorPrimitives.MultiplyAdd(pairScores[..scores.Length], weights[0], scores, scores);
            return;
        }

        for (int item = 0; item < scores.Length; item++)
            scores[item] += TensorPrimitives.Dot(pairScores.Slice(item * weights.Length, weights.Length), weights);
    }

    // What the scores of the pair add at most.
    private static float Largest(ReadOnlySpan<float> pairScores, ReadOnlySpan<float> weights) =>
        pairScores.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude(pairScores)) * TensorPrimitives.SumOfMagnitudes(weights);
}
