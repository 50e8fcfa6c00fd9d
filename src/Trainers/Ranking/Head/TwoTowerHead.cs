using HybridRec.MLNet.Ranking;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="RankingHead.TwoTower"/>.</summary>
internal sealed record TwoTowerHead : RankingHead
{
    public required int Dimension { get; init; }

    /// <inheritdoc/>
    public override RankingHeadKind Kind => RankingHeadKind.TwoTower;

    internal override HeadShape Shape(int userDimension, int itemDimension, IReadOnlyList<ProductPair> pairs, int scores) =>
        new(Kind, userDimension, itemDimension, pairs, [], Dimension, scores);

    internal override void Validate(OptionCheck check) => check.AtLeast(Dimension, 1, nameof(Dimension));
}
