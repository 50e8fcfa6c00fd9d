using System.Numerics.Tensors;
using HybridRec.MLNet.Fusion;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// Takes a fused vector apart into the user's and the item's side, each part scaled so that its slots have a root mean square of 1 over the
/// training table: the hidden layer then reads inputs of one size, whatever made them.
/// </summary>
internal sealed class HeadFeatures
{
    private readonly (int Source, int Target, int Length)[] _userParts;
    private readonly (int Source, int Target, int Length)[] _itemParts;
    private readonly int[] _scores; // the first slot of each part of the pair is its score

    private HeadFeatures(FusionLayout layout, float[] userScales, float[] itemScales)
    {
        Layout = layout;
        UserScales = userScales;
        ItemScales = itemScales;
        _userParts = Parts(layout, ColumnRole.User, out int userDimension);
        _itemParts = Parts(layout, ColumnRole.Item, out int itemDimension);
        UserDimension = userDimension;
        ItemDimension = itemDimension;
        _scores = [.. layout.PairParts.Select(part => part.Offset)];
    }

    public FusionLayout Layout { get; }

    /// <summary>Width of the user's side.</summary>
    public int UserDimension { get; }

    /// <summary>Width of the item's side.</summary>
    public int ItemDimension { get; }

    /// <summary>Scores of the pair.</summary>
    public int Scores => _scores.Length;

    /// <summary>Factor of each of the user's parts.</summary>
    public float[] UserScales { get; }

    /// <summary>Factor of each of the item's parts.</summary>
    public float[] ItemScales { get; }

    /// <summary>A map that leaves every part as it is.</summary>
    public static HeadFeatures Unscaled(FusionLayout layout) =>
        new(layout, Ones(layout, ColumnRole.User), Ones(layout, ColumnRole.Item));

    /// <summary>A map with given factors.</summary>
    public static HeadFeatures Scaled(FusionLayout layout, float[] userScales, float[] itemScales) => new(layout, userScales, itemScales);

    /// <summary>Brings tables made by an unscaled map to slots of a root mean square of 1 in each part, in place.</summary>
    /// <returns>The map that makes such vectors.</returns>
    public HeadFeatures Standardize(float[] users, float[] items) =>
        new(Layout, Scale(users, UserDimension, _userParts), Scale(items, ItemDimension, _itemParts));

    /// <summary>The pairs of parts whose products a head reads.</summary>
    public IReadOnlyList<ProductPair> Pairs()
    {
        var pairs = new List<ProductPair>();
        int product = 0;
        foreach (var (user, item) in Layout.Pairs)
        {
            pairs.Add(new ProductPair(Target(_userParts, user.Offset), Target(_itemParts, item.Offset), product, user.Dimension));
            product += user.Dimension;
        }
        return pairs;
    }

    /// <summary>Writes the user's side of a fused vector.</summary>
    public void User(ReadOnlySpan<float> features, Span<float> user) => Take(features, _userParts, UserScales, user);

    /// <summary>Writes the item's side of a fused vector.</summary>
    public void Item(ReadOnlySpan<float> features, Span<float> item) => Take(features, _itemParts, ItemScales, item);

    /// <summary>Writes the scores of the pair of a fused vector.</summary>
    public void PairScores(ReadOnlySpan<float> features, Span<float> scores)
    {
        for (int s = 0; s < _scores.Length; s++)
            scores[s] = features[_scores[s]];
    }

    private static void Take(ReadOnlySpan<float> features, (int Source, int Target, int Length)[] parts, float[] scales, Span<float> side)
    {
        for (int p = 0; p < parts.Length; p++)
        {
            var (source, target, length) = parts[p];
            TensorPrimitives.Multiply(features.Slice(source, length), scales[p], side.Slice(target, length));
        }
    }

    private static float[] Scale(float[] table, int width, (int Source, int Target, int Length)[] parts)
    {
        int rows = width == 0 ? 0 : table.Length / width;
        return [.. parts.Select(part =>
        {
            double squares = 0;
            for (int row = 0; row < rows; row++)
                squares += TensorPrimitives.SumOfSquares(table.AsSpan(row * width + part.Target, part.Length));
            double mean = squares / ((double)rows * part.Length);
            float scale = mean > 1e-20 ? (float)(1 / Math.Sqrt(mean)) : 1f;
            for (int row = 0; row < rows; row++)
            {
                var slots = table.AsSpan(row * width + part.Target, part.Length);
                TensorPrimitives.Multiply(slots, scale, slots);
            }
            return scale;
        })];
    }

    private static (int Source, int Target, int Length)[] Parts(FusionLayout layout, ColumnRole role, out int width)
    {
        var parts = new List<(int, int, int)>();
        width = 0;
        foreach (var part in layout.Parts.Where(part => part.Role == role))
        {
            parts.Add((part.Offset, width, part.Dimension));
            width += part.Dimension;
        }
        return [.. parts];
    }

    private static float[] Ones(FusionLayout layout, ColumnRole role) => [.. layout.Parts.Where(part => part.Role == role).Select(_ => 1f)];

    private static int Target((int Source, int Target, int Length)[] parts, int source) =>
        parts.First(part => part.Source == source).Target;
}
