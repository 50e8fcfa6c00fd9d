namespace HybridRec.MLNet.ClosedForms;

/// <summary>The best value of a grid, by walking uphill from one of them.</summary>
internal static class GridClimb
{
    /// <summary>Walks up first, and down where up is no better.</summary>
    /// <param name="grid">Values, ascending.</param>
    /// <param name="start">Place of the first that is judged.</param>
    /// <param name="most">Values that are judged at most.</param>
    /// <param name="judge">How good a value is.</param>
    public static (float Value, double Ndcg) Best(ReadOnlySpan<float> grid, int start, int most, Func<float, double> judge)
    {
        int best = start;
        double bestNdcg = judge(grid[start]);
        most--;
        foreach (int step in (ReadOnlySpan<int>)[1, -1])
        {
            int from = best;
            for (int at = best + step; at >= 0 && at < grid.Length && most > 0; at += step, most--)
            {
                double ndcg = judge(grid[at]);
                if (ndcg <= bestNdcg)
                {
                    most--;
                    break;
                }

                (best, bestNdcg) = (at, ndcg);
            }

            if (best != from)
                break;
        }

        return (grid[best], bestNdcg);
    }
}
