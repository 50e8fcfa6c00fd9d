namespace HybridRec.MLNet;

/// <summary>Weighted products plus a linear term over the item's parts.</summary>
public sealed record LinearHead : RankingHead
{
    /// <inheritdoc/>
    public override RankingHeadKind Kind => RankingHeadKind.Linear;

    internal override bool NeedsPairs => true;
}
