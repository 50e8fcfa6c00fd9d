using HybridRec.MLNet.Ranking;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// The linear head plus &lt;P z_u, Q z_i&gt;, two trained projections of all of the user's and all of the item's parts to
/// <see cref="Dimension"/> slots: parts without a partner count too, and the score is still one dot product of a user's and an item's
/// vector (Yi et al., "Sampling-Bias-Corrected Neural Modeling", RecSys 2019).
/// </summary>
public sealed record TwoTowerHead : RankingHead
{
    /// <summary>Slots of a tower's vector, at least 1.</summary>
    /// <value>The default is 32.</value>
    public int Dimension { get; init; } = 32;

    /// <inheritdoc/>
    public override RankingHeadKind Kind => RankingHeadKind.TwoTower;

    internal override HeadShape Shape(int userDimension, int itemDimension, IReadOnlyList<ProductPair> pairs, int scores) =>
        new(Kind, userDimension, itemDimension, pairs, [], Dimension);

    internal override void Validate(OptionCheck check) => check.AtLeast(Dimension, 1, nameof(Dimension));
}
