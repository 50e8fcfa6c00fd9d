using System.Collections.Concurrent;
using HybridRec.MLNet.Items;
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

    private FusedItemScorer(HeadWeights weights, float[] users, float[] items, int userCount, int itemCount)
    {
        _weights = weights;
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

    /// <summary>The head.</summary>
    public HeadWeights Weights => _weights;

    /// <summary>The users' sides of the fused pairs, users x user width.</summary>
    public float[] Users => _users;

    /// <summary>The items' sides of the fused pairs, items x item width.</summary>
    public float[] Items => _items;

    /// <summary>Runs the representative rows of users and items through the chain before the head.</summary>
    public static FusedItemScorer Create(HybridRankingModel model, string featureColumn, ITransformer prefix, EntityTables tables)
    {
        var map = model.Map;
        float[] users = Read(prefix.Transform(tables.UserRows), featureColumn, model, tables.UserCount, map.UserDimension, map.User);
        float[] items = Read(prefix.Transform(tables.ItemRows), featureColumn, model, tables.ItemCount, map.ItemDimension, map.Item);
        return new FusedItemScorer(model.Weights, users, items, tables.UserCount, tables.ItemCount);
    }

    /// <inheritdoc/>
    public void Score(int user, Span<float> scores)
    {
        if (!_passes.TryTake(out var pass))
            pass = new HeadPass(_weights, Block);
        int userWidth = _weights.Shape.UserDimension, width = _weights.Shape.ItemDimension;
        pass.Fold(_weights, _users.AsSpan(user * userWidth, userWidth));
        for (int first = 0; first < ItemCount; first += Block)
        {
            int count = Math.Min(Block, ItemCount - first);
            pass.Forward(_items.AsSpan(first * width, count * width), count, scores.Slice(first, count));
        }
        _passes.Add(pass);
        ScoreCleaning.MakeFinite(scores[..ItemCount], ref _nonFinite);
    }

    private delegate void Side(ReadOnlySpan<float> features, Span<float> side);

    private static float[] Read(IDataView view, string column, HybridRankingModel model, int rows, int width, Side side)
    {
        var features = HybridRankingTransformer.FeatureColumn(view.Schema, column, model);
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
