using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Ranking;
using Microsoft.ML;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// Makes the tables, the regression of histories and the approximate index that a <see cref="HeadServingScorer"/> answers from.
/// </summary>
internal static class HeadScorerBuilder
{
    /// <summary>Items beyond which Automatic takes the approximate index.</summary>
    private const int MostExactItems = 1_000_000;

    /// <summary>Queries that calibrate the index.</summary>
    private const int CalibrationQueries = 256;

    /// <summary>Length of the lists that calibrate it.</summary>
    private const int CalibrationDepth = 10;

    /// <summary>A scorer of a head.</summary>
    /// <param name="fused">What the chain before the head gives of users and items.</param>
    /// <param name="model">The chain.</param>
    /// <param name="codeOfRow">The code of each row.</param>
    /// <param name="taken">What users have, by row.</param>
    /// <param name="options">Options, checked, with a seed.</param>
    /// <param name="cancellationToken">Stops the building.</param>
    /// <returns>The scorer; null where a number is not finite, or items have no vectors: such have no place in a table that is
    /// searched.</returns>
    public static HeadServingScorer? TryBuild(
        FusedItemScorer fused, ITransformer model, int[] codeOfRow, InteractionGraph taken, RecommenderOptions options,
        CancellationToken cancellationToken)
    {
        int width = fused.Weights.Shape.ItemDimension, userWidth = fused.Weights.Shape.UserDimension;
        if (width == 0 || !IsFinite(fused.Users) || !IsFinite(fused.Items))
            return null;
        Memory<float> vectors = AlignedMemory.Allocate(fused.Items.Length);
        for (int row = 0; row < codeOfRow.Length; row++)
            fused.Items.AsSpan(codeOfRow[row] * width, width).CopyTo(vectors.Span[(row * width)..]);
        RetrievalMode mode = Mode(options.Retrieval, codeOfRow.Length);
        VectorTable items = Table(vectors, width, mode, options);
        var ranker = new HeadRanker(fused.Weights, items);
        HistoryProjection? history = HistoryProjection.Of(fused.Users, userWidth, items, taken, options.Threads);
        ApproximateIndex? index = mode == RetrievalMode.Approximate && fused.Weights.Shape.Scores == 0
            ? Index(ranker, fused.Users, options, cancellationToken)
            : null;
        var pairs = new PairTable(
            fused.Keys with { Items = fused.Keys.Scorers.Count == 0 ? [] : [.. codeOfRow.Select(code => fused.Keys.Items[code])] }, taken);
        return new HeadServingScorer(ranker, fused.Users, ItemPart.Of(model, width), history, mode, options.Candidates, index, pairs);
    }

    /// <summary>The same head over tables with more users, and with items that are new or have another vector.</summary>
    /// <param name="old">The scorer of before; it is not changed.</param>
    /// <param name="fresh">What the chain gives of the users and items of the refresh.</param>
    /// <param name="newUsers">The codes of the new users there, in the order of their codes here.</param>
    /// <param name="count">Items afterwards.</param>
    /// <param name="changes">The items that are new or other than before.</param>
    /// <param name="taken">What users have afterwards, by row.</param>
    /// <param name="options">Options, checked.</param>
    /// <param name="cancellationToken">Stops the building.</param>
    /// <exception cref="InvalidDataException">A vector is not finite.</exception>
    public static HeadServingScorer Extend(
        HeadServingScorer old,
        FusedItemScorer fresh,
        int[] newUsers,
        int count,
        IReadOnlyList<ItemChange> changes,
        InteractionGraph taken,
        RecommenderOptions options,
        CancellationToken cancellationToken)
    {
        int userWidth = old.Weights.Shape.UserDimension, width = old.Dimension;
        RequireFinite(fresh.Users, "user");
        RequireFinite(fresh.Items, "item");
        float[] users = new float[old.Users.Length + (newUsers.Length * userWidth)];
        old.Users.CopyTo(users, 0);
        for (int i = 0; i < newUsers.Length; i++)
            fresh.Users.AsSpan(newUsers[i] * userWidth, userWidth).CopyTo(users.AsSpan(old.Users.Length + (i * userWidth)));

        Memory<float> vectors = AlignedMemory.Allocate(checked(count * width));
        old.Items.Values.CopyTo(vectors);
        foreach (ItemChange change in changes)
            fresh.Items.AsSpan(change.Code * width, width).CopyTo(vectors.Span[(change.Row * width)..]);
        VectorTable items = Table(vectors, width, old.Mode, options);
        ApproximateIndex? index = old.Index?.With(items, [.. changes.Select(change => change.Row)], options.Threads, cancellationToken);
        HistoryProjection? history = HistoryProjection.Of(users, userWidth, items, taken, options.Threads);
        return new HeadServingScorer(
            new HeadRanker(old.Weights, items), users, old.Parts, history, old.Mode, old.Candidates, index,
            Extend(old.Pairs, fresh.Keys, newUsers, count, changes, taken));
    }

    private static PairTable Extend(
        PairTable old, PairKeys fresh, int[] newUsers, int count, IReadOnlyList<ItemChange> changes, InteractionGraph taken)
    {
        if (old.Count == 0)
            return new PairTable(old.Keys, taken);
        int[] items = new int[count];
        Array.Fill(items, -1);
        old.Keys.Items.CopyTo(items, 0);
        foreach (ItemChange change in changes)
            items[change.Row] = fresh.Items[change.Code];
        int[] users = [.. old.Keys.Users, .. newUsers.Select(code => fresh.Users[code])];
        return new PairTable(old.Keys with { Users = users, Items = items }, taken);
    }

    private static RetrievalMode Mode(RetrievalMode wanted, int items) =>
        wanted != RetrievalMode.Automatic ? wanted : items > MostExactItems ? RetrievalMode.Approximate : RetrievalMode.Exact;

    // The approximate index has its own table in 8 bits.
    private static VectorTable Table(Memory<float> items, int width, RetrievalMode mode, RecommenderOptions options) =>
        new(items, width, options.Precision == EmbeddingPrecision.Int8 && mode != RetrievalMode.Approximate, options.Threads);

    private static ApproximateIndex Index(HeadRanker ranker, float[] users, RecommenderOptions options, CancellationToken cancellationToken)
    {
        (VectorTable items, float[] queries, double recall) = (ranker.Items, SampleQueries(ranker, users), options.TargetRecall);
        return options.Index is { } factory
            ? RerankedIndex.Build(factory, items, queries, CalibrationDepth, recall, options.Threads, cancellationToken)
            : ClusterIndex.Build(items, queries, CalibrationDepth, recall, options.Seed!.Value, options.Threads, cancellationToken);
    }

    // Queries of users evenly spread: what the index will be asked.
    private static float[] SampleQueries(HeadRanker ranker, float[] users)
    {
        int width = ranker.Weights.Shape.UserDimension, most = width == 0 ? 1 : users.Length / width;
        int count = Math.Min(most, CalibrationQueries);
        float[] queries = new float[count * ranker.Items.Dimension];
        for (int i = 0; i < count; i++)
            ranker.Query(users.AsSpan((int)((long)i * most / count) * width, width)).CopyTo(queries, i * ranker.Items.Dimension);
        return queries;
    }

    private static void RequireFinite(float[] vectors, string whose)
    {
        if (!IsFinite(vectors))
        {
            throw new InvalidDataException(
                $"Refresh: the chain gave {whose} vectors that are not finite; the recommender stays as it was. "
                + "Look at the features of the new rows.");
        }
    }

    // Of no numbers IsFiniteAll says false.
    private static bool IsFinite(float[] vectors) => vectors.Length == 0 || TensorPrimitives.IsFiniteAll<float>(vectors);
}
