using System.Buffers;
using System.Collections.Concurrent;
using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Items;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// Scores all items: the chain before the head runs once a user and once an item, and the head folds each user into its first layer, so
/// that a user costs one dense (items x item width) * (item width x hidden) product.
/// </summary>
internal sealed class FusedItemScorer : IItemScorer
{
    private const int Block = 256; // items: their activations stay in the second-level cache

    private readonly HeadWeights _weights;
    private readonly float[] _users;
    private readonly float[] _items;
    private readonly ConcurrentBag<HeadPass> _passes = [];
    private long _nonFinite;

    private FusedItemScorer(HeadWeights weights, float[] users, float[] items, int userCount, int itemCount, PairKeys keys)
    {
        _weights = weights;
        Keys = keys;
        _users = users;
        _items = items;
        UserCount = userCount;
        ItemCount = itemCount;
    }

    /// <inheritdoc/>
    public int UserCount { get; }

    /// <inheritdoc/>
    public int ItemCount { get; }

    /// <inheritdoc/>
    public long NonFiniteScores => Interlocked.Read(ref _nonFinite);

    /// <summary>What scores the pair, by the codes of users and items.</summary>
    public PairKeys Keys { get; }

    /// <summary>The head.</summary>
    public HeadWeights Weights => _weights;

    /// <summary>The users' sides of the fused pairs, users x user width.</summary>
    public float[] Users => _users;

    /// <summary>The items' sides of the fused pairs, items x item width.</summary>
    public float[] Items => _items;

    /// <summary>
    /// Runs the representative rows of users and items through the chain before the head; null where a part of the pair has lost its
    /// scorer on the way.
    /// </summary>
    public static FusedItemScorer? TryCreate(HybridRankingModel model, string featureColumn, ITransformer prefix, EntityTables tables)
    {
        var map = model.Map;
        IDataView userRows = prefix.Transform(tables.UserRows), itemRows = prefix.Transform(tables.ItemRows);
        IReadOnlyList<IPairScorer> scorers = PairScorers.Of(HybridRankingTransformer.FeatureColumn(userRows.Schema, featureColumn, model));
        if (scorers.Count != map.Scores)
            return null;
        float[] users = Read(userRows, featureColumn, model, tables.UserCount, map.UserDimension, map.User);
        float[] items = Read(itemRows, featureColumn, model, tables.ItemCount, map.ItemDimension, map.Item);
        var keys = scorers.Count == 0
            ? new PairKeys([], [], [])
            : new PairKeys(scorers, KeysOf(userRows, scorers[0].UserColumnName), KeysOf(itemRows, scorers[0].ItemColumnName));
        return new FusedItemScorer(model.Weights, users, items, tables.UserCount, tables.ItemCount, keys);
    }

    /// <inheritdoc/>
    public void Score(int user, Span<float> scores) => Score([user], scores);

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> users, Span<float> scores)
    {
        if (!_passes.TryTake(out var pass))
            pass = new HeadPass(_weights, Block);
        int count = _weights.Shape.Scores;
        float[] pairScores = ArrayPool<float>.Shared.Rent(Math.Max(1, count * users.Length * ItemCount));
        for (int s = 0; s < count; s++)
            ReadPairScores(s, users, pairScores);
        for (int u = 0; u < users.Length; u++)
            Score(pass, users[u], pairScores.AsSpan(u * ItemCount * count), scores.Slice(u * ItemCount, ItemCount));
        ArrayPool<float>.Shared.Return(pairScores);
        _passes.Add(pass);
        ScoreCleaning.MakeFinite(scores[..(users.Length * ItemCount)], ref _nonFinite);
    }

    private void ReadPairScores(int score, ReadOnlySpan<int> users, float[] pairScores)
    {
        int row = 0, count = _weights.Shape.Scores;
        Keys.Score(score, users, (_, byKey) => Keys.Place(byKey, pairScores.AsSpan(row++ * ItemCount * count), score, count));
    }

    private void Score(HeadPass pass, int user, ReadOnlySpan<float> pairScores, Span<float> scores)
    {
        int userWidth = _weights.Shape.UserDimension, width = _weights.Shape.ItemDimension, each = _weights.Shape.Scores;
        pass.Fold(_weights, _users.AsSpan(user * userWidth, userWidth));
        for (int first = 0; first < ItemCount; first += Block)
        {
            int count = Math.Min(Block, ItemCount - first);
            pass.Forward(
                _items.AsSpan(first * width, count * width), pairScores[(first * each)..], count, scores.Slice(first, count));
        }
    }

    private static int[] KeysOf(IDataView view, string name) =>
        CellReader.Keys(view, SchemaColumns.Require(view.Schema, name, StageNames.Ranking, ColumnKinds.Key));

    private delegate void Side(ReadOnlySpan<float> features, Span<float> side);

    private static float[] Read(IDataView view, string column, HybridRankingModel model, int rows, int width, Side side)
    {
        var features = FuseTransformer.Sides(view.Schema, HybridRankingTransformer.FeatureColumn(view.Schema, column, model));
        float[] table = new float[checked(rows * width)];
        float[] dense = new float[model.FeatureCount];
        VBuffer<float> vector = default;
        using var cursor = view.GetRowCursor([features]);
        var getter = cursor.GetGetter<VBuffer<float>>(features);
        for (int row = 0; row < rows && cursor.MoveNext(); row++)
        {
            getter(ref vector);
            vector.CopyTo(dense);
            side(dense, table.AsSpan(row * width, width));
        }
        return table;
    }
}
