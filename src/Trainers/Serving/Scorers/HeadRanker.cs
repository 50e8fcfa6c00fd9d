using System.Buffers;
using System.Collections.Concurrent;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Items;
using HybridRec.MLNet.Ranking;

namespace HybridRec.MLNet.Serving;

/// <summary>Scores the items of a table by the whole head for one user at a time; passes are kept and used again. Thread-safe.</summary>
/// <param name="weights">The head.</param>
/// <param name="items">The items' vectors.</param>
internal sealed class HeadRanker(HeadWeights weights, VectorTable items)
{
    private const int Block = 256; // items a pass scores at a time

    private readonly ConcurrentBag<HeadPass> _passes = [];

    /// <summary>The head.</summary>
    public HeadWeights Weights => weights;

    /// <summary>The items' vectors.</summary>
    public VectorTable Items => items;

    /// <summary>Whether a score has a part past the inner product of query and item, and the constant.</summary>
    public bool HasHidden => weights.Shape.FirstWidth > 0;

    /// <summary>Begins the answer for a user.</summary>
    /// <param name="user">The user's vector.</param>
    /// <returns>A pass that knows the user; <see cref="End"/> takes it back.</returns>
    public HeadPass Begin(ReadOnlySpan<float> user)
    {
        if (!_passes.TryTake(out HeadPass? pass))
            pass = new HeadPass(weights, Block);
        pass.Fold(weights, user);
        return pass;
    }

    /// <summary>Ends the answer for a user.</summary>
    public void End(HeadPass pass) => _passes.Add(pass);

    /// <summary>The query of a user in the items' space: the head's part past its hidden layers.</summary>
    /// <param name="user">The user's vector.</param>
    public float[] Query(ReadOnlySpan<float> user)
    {
        HeadPass pass = Begin(user);
        float[] query = pass.Linear.ToArray();
        End(pass);
        return query;
    }

    /// <summary>The best of some rows by the whole head.</summary>
    /// <param name="pass">A pass that knows the user.</param>
    /// <param name="pairScores">The scores of the pair of all rows, rows x their number; empty where the head reads none.</param>
    /// <param name="candidates">The rows, ascending.</param>
    /// <param name="rows">Receives the rows; its length is K.</param>
    /// <param name="scores">Receives the scores.</param>
    /// <returns>How many were found.</returns>
    public int Rank(
        HeadPass pass, ReadOnlySpan<float> pairScores, ReadOnlySpan<int> candidates, Span<int> rows, Span<float> scores)
    {
        int width = items.Dimension, each = weights.Shape.Scores;
        float[] pairs = ArrayPool<float>.Shared.Rent(Math.Max(1, Block * each));
        float[] gathered = ArrayPool<float>.Shared.Rent(Math.Min(Block, Math.Max(1, candidates.Length)) * width);
        float[] ranked = ArrayPool<float>.Shared.Rent(Math.Max(1, candidates.Length));
        for (int first = 0; first < candidates.Length; first += Block)
        {
            int count = Math.Min(Block, candidates.Length - first);
            for (int i = 0; i < count; i++)
            {
                items[candidates[first + i]].CopyTo(gathered.AsSpan(i * width));
                pairScores.Slice(candidates[first + i] * each, each).CopyTo(pairs.AsSpan(i * each));
            }

            pass.Forward(gathered.AsSpan(0, count * width), pairs, count, ranked.AsSpan(first, count));
        }

        int found = Select(ranked.AsSpan(0, candidates.Length), [], rows, scores);
        for (int i = 0; i < found; i++)
            rows[i] = candidates[rows[i]];
        ArrayPool<float>.Shared.Return(gathered);
        ArrayPool<float>.Shared.Return(ranked);
        ArrayPool<float>.Shared.Return(pairs);
        return found;
    }

    /// <summary>The best of all rows by the whole head.</summary>
    /// <param name="pass">A pass that knows the user.</param>
    /// <param name="pairScores">The scores of the pair of all rows, rows x their number; empty where the head reads none.</param>
    /// <param name="excluded">Rows to leave out, ascending.</param>
    /// <param name="rows">Receives the rows; its length is K.</param>
    /// <param name="scores">Receives the scores.</param>
    /// <returns>How many were found.</returns>
    public int RankAll(
        HeadPass pass, ReadOnlySpan<float> pairScores, ReadOnlySpan<int> excluded, Span<int> rows, Span<float> scores)
    {
        int width = items.Dimension, each = weights.Shape.Scores;
        float[] all = ArrayPool<float>.Shared.Rent(items.Count);
        for (int first = 0; first < items.Count; first += Block)
        {
            int count = Math.Min(Block, items.Count - first);
            pass.Forward(
                items.Values.Span.Slice(first * width, count * width), pairScores[(first * each)..], count, all.AsSpan(first, count));
        }

        int found = Select(all.AsSpan(0, items.Count), excluded, rows, scores);
        ArrayPool<float>.Shared.Return(all);
        return found;
    }

    /// <summary>The rows that are best by all that comes before the hidden layers: what these should rank.</summary>
    /// <param name="pass">A pass that knows the user.</param>
    /// <param name="pairScores">The scores of the pair of all rows, rows x their number.</param>
    /// <param name="excluded">Rows to leave out, ascending.</param>
    /// <param name="candidates">Receives the rows, ascending; its length is the most wanted.</param>
    /// <returns>How many were found.</returns>
    public int Shortlist(HeadPass pass, ReadOnlySpan<float> pairScores, ReadOnlySpan<int> excluded, Span<int> candidates)
    {
        int width = items.Dimension, each = weights.Shape.Scores;
        float[] all = ArrayPool<float>.Shared.Rent(items.Count), best = ArrayPool<float>.Shared.Rent(Math.Max(1, candidates.Length));
        for (int first = 0; first < items.Count; first += Block)
        {
            int count = Math.Min(Block, items.Count - first);
            pass.ForwardPastHidden(
                items.Values.Span.Slice(first * width, count * width), pairScores[(first * each)..], count, all.AsSpan(first, count));
        }

        int found = Select(all.AsSpan(0, items.Count), excluded, candidates, best.AsSpan(0, candidates.Length));
        candidates[..found].Sort();
        ArrayPool<float>.Shared.Return(all);
        ArrayPool<float>.Shared.Return(best);
        return found;
    }

    private static int Select(Span<float> all, ReadOnlySpan<int> excluded, Span<int> rows, Span<float> scores)
    {
        ScoreCleaning.MakeFinite(all);
        return TopKKernel.Select(all, excluded, rows, scores);
    }
}
