using HybridRec.MLNet.Ranking;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Weighted products plus a multilayer perceptron over z and the products (neural matrix factorization, He et al., arXiv 1708.05031).
/// </summary>
public sealed record MlpHead : RankingHead
{
    private static readonly int[] s_hiddenSizes = [64];

    /// <summary>Widths of the hidden layers (ReLU), at least one, each 1 or more.</summary>
    /// <value>The default is [64].</value>
    public IReadOnlyList<int> HiddenSizes { get; init; } = s_hiddenSizes;

    /// <summary>The probability that a hidden unit is dropped in training, 0 or more and below 1.</summary>
    /// <value>The default is 0.1.</value>
    public float Dropout { get; init; } = 0.1f;

    /// <inheritdoc/>
    public override RankingHeadKind Kind => RankingHeadKind.Mlp;

    internal override float DropoutShare => Dropout;

    internal override HeadShape Shape(int userDimension, int itemDimension, IReadOnlyList<ProductPair> pairs, int scores) =>
        new(Kind, userDimension, itemDimension, pairs, HiddenSizes, scores: scores);

    internal override void Validate(OptionCheck check)
    {
        check.Require(
            HiddenSizes is { Count: > 0 } && HiddenSizes.All(width => width > 0),
            HiddenSizes is null ? "null" : $"[{string.Join(", ", HiddenSizes)}]",
            "at least one width, each 1 or more; for a head without hidden layers set Head = RankingHead.Linear()",
            nameof(HiddenSizes));
        check.Share(Dropout, nameof(Dropout));
    }
}
