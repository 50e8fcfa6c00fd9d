using HybridRec.MLNet.Ranking;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="RankingHead.Mlp"/>.</summary>
internal sealed record MlpHead : RankingHead
{
    public required IReadOnlyList<int> HiddenSizes { get; init; }

    public required float Dropout { get; init; }

    /// <inheritdoc/>
    public override RankingHeadKind Kind => RankingHeadKind.Mlp;

    internal override float DropoutShare => Dropout;

    internal override HeadShape Shape(int userDimension, int itemDimension, IReadOnlyList<ProductPair> pairs, int scores) =>
        new(Kind, userDimension, itemDimension, pairs, HiddenSizes, scores: scores);

    internal override void Validate(OptionCheck check)
    {
        check.Require(
            HiddenSizes.Count > 0 && HiddenSizes.All(width => width > 0),
            $"[{string.Join(", ", HiddenSizes)}]",
            "at least one width, each 1 or more; for a head without hidden layers set Head = RankingHead.Linear()",
            nameof(HiddenSizes));
        check.Share(Dropout, nameof(Dropout));
    }
}
