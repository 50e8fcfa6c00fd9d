namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="RankingHead.Linear"/>.</summary>
internal sealed record LinearHead : RankingHead
{
    /// <inheritdoc/>
    public override RankingHeadKind Kind => RankingHeadKind.Linear;

    internal override bool NeedsPairs => true;
}
