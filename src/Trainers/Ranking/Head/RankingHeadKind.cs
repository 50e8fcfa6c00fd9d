namespace HybridRec.MLNet;

/// <summary>The kinds of a <see cref="HybridRankingModel"/>'s head.</summary>
public enum RankingHeadKind
{
    /// <summary>Weighted products plus a multilayer perceptron.</summary>
    Mlp,

    /// <summary>Weighted products plus a linear term over the item's parts.</summary>
    Linear,

    /// <summary>A weighted sum of the dot products of the paired parts.</summary>
    DotProduct,

    /// <summary>The linear head plus the dot product of two trained projections.</summary>
    TwoTower,
}
