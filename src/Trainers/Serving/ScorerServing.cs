using System.Buffers;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Items;

namespace HybridRec.MLNet.Serving;

/// <summary>Serves any model that can score all items: graph filters, and models of others through their Score column.</summary>
/// <param name="scorer">The model.</param>
/// <param name="codeOfRow">The items's code of each row.</param>
internal sealed class ScorerServing(IItemScorer scorer, int[] codeOfRow) : ServingScorer
{
    /// <inheritdoc/>
    public override bool IsExact => true;

    /// <inheritdoc/>
    public override int ForUser(int user, ServingFilter filter, Span<int> rows, Span<float> scores)
    {
        float[] byCode = ArrayPool<float>.Shared.Rent(codeOfRow.Length);
        scorer.Score(user, byCode.AsSpan(0, codeOfRow.Length));
        return Best(byCode, filter, rows, scores);
    }

    /// <inheritdoc/>
    public override bool TryForHistory(ReadOnlySpan<int> history, ServingFilter filter, Span<int> rows, Span<float> scores, out int found)
    {
        found = 0;
        if (scorer is not IHistoryScorer known)
            return false;
        int[] codes = new int[history.Length];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = codeOfRow[history[i]];
        float[] byCode = ArrayPool<float>.Shared.Rent(codeOfRow.Length);
        if (!known.TryScore(codes, byCode.AsSpan(0, codeOfRow.Length)))
        {
            ArrayPool<float>.Shared.Return(byCode);
            return false;
        }

        found = Best(byCode, filter, rows, scores);
        return true;
    }

    /// <inheritdoc/>
    public override bool TryLike(int item, ServingFilter filter, Span<int> rows, Span<float> scores, out int found) =>
        TryForHistory([item], filter, rows, scores, out found);

    /// <inheritdoc/>
    public override float Affinity(int had, int recommended) =>
        scorer is IHistoryScorer known ? known.Affinity(codeOfRow[had], codeOfRow[recommended]) : 0;

    // Takes the array, which came from the pool.
    private int Best(float[] byCode, ServingFilter filter, Span<int> rows, Span<float> scores)
    {
        int[]? allowed = filter.Allowed is null ? null : filter.Rows();
        int count = allowed?.Length ?? codeOfRow.Length;
        float[] byRow = ArrayPool<float>.Shared.Rent(count);
        for (int i = 0; i < count; i++)
            byRow[i] = byCode[codeOfRow[allowed is null ? i : allowed[i]]];
        int found = TopKKernel.Select(byRow.AsSpan(0, count), allowed is null ? filter.Excluded : [], rows, scores);
        for (int i = 0; i < found && allowed is not null; i++)
            rows[i] = allowed[rows[i]];
        ArrayPool<float>.Shared.Return(byRow);
        ArrayPool<float>.Shared.Return(byCode);
        return found;
    }
}
