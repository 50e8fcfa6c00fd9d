namespace HybridRec.MLNet.Tests.Ranking;

/// <summary>Heads by their kinds, which a theory can be given.</summary>
internal static class Heads
{
    public static RankingHead Of(
        RankingHeadKind kind, IReadOnlyList<int>? hiddenSizes = null, float dropout = 0.1f, int towers = 32) =>
        kind switch
        {
            RankingHeadKind.Mlp => RankingHead.Mlp(hiddenSizes, dropout),
            RankingHeadKind.Linear => RankingHead.Linear(),
            RankingHeadKind.DotProduct => RankingHead.DotProduct(),
            _ => RankingHead.TwoTower(towers),
        };
}
