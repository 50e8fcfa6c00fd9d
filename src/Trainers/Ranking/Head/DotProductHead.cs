namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="RankingHead.DotProduct"/>.</summary>
internal sealed record DotProductHead : RankingHead
{
    /// <inheritdoc/>
    public override RankingHeadKind Kind => RankingHeadKind.DotProduct;

    internal override bool IsTrained => false;

    internal override bool NeedsPairs => true;
}
