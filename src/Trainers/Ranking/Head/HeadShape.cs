namespace HybridRec.MLNet.Ranking;

/// <summary>A pair of parts whose elementwise product the head reads.</summary>
/// <param name="User">First slot in the user vector.</param>
/// <param name="Item">First slot in the item vector.</param>
/// <param name="Product">First slot in the product vector.</param>
/// <param name="Length">Width of both parts.</param>
internal readonly record struct ProductPair(int User, int Item, int Product, int Length);

/// <summary>A block of the flat parameter vector.</summary>
internal readonly record struct ParameterBlock(int Offset, int Rows, int Columns)
{
    public int Length => Rows * Columns;

    public int End => Offset + Length;

    public Span<float> Of(Span<float> values) => values.Slice(Offset, Length);

    public ReadOnlySpan<float> Of(ReadOnlySpan<float> values) => values.Slice(Offset, Length);
}

/// <summary>
/// Where the weights of a head lie in one flat vector. The first layer is cut into a user, an item and a product block, so that for a given
/// user it folds to one (item width x hidden) matrix: M_u = W_i + diag(u) W_x. Matrices are (inputs x outputs), row-major.
/// </summary>
internal sealed class HeadShape
{
    public HeadShape(
        RankingHeadKind head,
        int userDimension,
        int itemDimension,
        IReadOnlyList<ProductPair> pairs,
        IReadOnlyList<int> hiddenSizes,
        int towerDimension = 0,
        int scores = 0)
    {
        Head = head;
        UserDimension = userDimension;
        ItemDimension = itemDimension;
        Pairs = [.. pairs];
        Scores = scores;
        HiddenSizes = head == RankingHeadKind.Mlp ? [.. hiddenSizes] : [];
        ProductDimension = Pairs.Sum(p => p.Length);

        int next = 0;
        ParameterBlock Take(int rows, int columns)
        {
            var block = new ParameterBlock(next, rows, columns);
            next = block.End;
            return block;
        }

        ProductWeights = Take(head == RankingHeadKind.DotProduct ? 0 : ProductDimension, 1);
        ItemWeights = Take(head == RankingHeadKind.DotProduct ? 0 : ItemDimension, 1);
        Bias = Take(head == RankingHeadKind.DotProduct ? 0 : 1, 1);
        TowerDimension = head == RankingHeadKind.TwoTower ? towerDimension : 0;
        ScoreWeights = Take(head == RankingHeadKind.DotProduct ? 0 : Scores, 1);
        UserTower = Take(TowerDimension == 0 ? 0 : userDimension, TowerDimension);
        ItemTower = Take(TowerDimension == 0 ? 0 : itemDimension, TowerDimension);
        int hidden = FirstWidth;
        FirstUser = Take(hidden == 0 ? 0 : userDimension, hidden);
        FirstItem = Take(hidden == 0 ? 0 : itemDimension, hidden);
        FirstProduct = Take(hidden == 0 ? 0 : ProductDimension, hidden);
        FirstBias = Take(hidden == 0 ? 0 : 1, hidden);
        var deeper = new List<(ParameterBlock, ParameterBlock)>();
        for (int layer = 1; layer < HiddenSizes.Count; layer++)
            deeper.Add((Take(HiddenSizes[layer - 1], HiddenSizes[layer]), Take(1, HiddenSizes[layer])));
        Deeper = deeper;
        Output = Take(hidden == 0 ? 0 : HiddenSizes[^1], 1);
        ParameterCount = next;
    }

    public RankingHeadKind Head { get; }

    public int UserDimension { get; }

    public int ItemDimension { get; }

    public int ProductDimension { get; }

    public IReadOnlyList<ProductPair> Pairs { get; }

    /// <summary>Scores of the pair, s_ui, that the head reads past its hidden layers.</summary>
    public int Scores { get; }

    /// <summary>Parts that the start mix weighs: the products, then the scores of the pair.</summary>
    public int MixedParts => Pairs.Count + Scores;

    public IReadOnlyList<int> HiddenSizes { get; }

    /// <summary>Slots of both towers' vectors; 0 where the head has none.</summary>
    public int TowerDimension { get; }

    /// <summary>Width of the first hidden layer; 0 where the head has none.</summary>
    public int FirstWidth => HiddenSizes.Count == 0 ? 0 : HiddenSizes[0];

    /// <summary>What training adds to the start weight of each product slot.</summary>
    public ParameterBlock ProductWeights { get; }

    public ParameterBlock ItemWeights { get; }

    /// <summary>What training adds to the start weight of each score of the pair.</summary>
    public ParameterBlock ScoreWeights { get; }

    public ParameterBlock Bias { get; }

    public ParameterBlock UserTower { get; }

    public ParameterBlock ItemTower { get; }

    public ParameterBlock FirstUser { get; }

    public ParameterBlock FirstItem { get; }

    public ParameterBlock FirstProduct { get; }

    public ParameterBlock FirstBias { get; }

    public IReadOnlyList<(ParameterBlock Weights, ParameterBlock Bias)> Deeper { get; }

    public ParameterBlock Output { get; }

    public int ParameterCount { get; }
}
