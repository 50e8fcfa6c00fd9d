namespace HybridRec.MLNet;

/// <summary>
/// The sum of the dot products of the paired parts, unweighted when asked for: nothing is trained and no rows are held out.
/// </summary>
public sealed record DotProductHead : RankingHead
{
    /// <inheritdoc/>
    public override RankingHeadKind Kind => RankingHeadKind.DotProduct;

    internal override bool IsTrained => false;

    internal override bool NeedsPairs => true;
}
