using System.Buffers;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Items;

namespace HybridRec.MLNet.Serving;

/// <summary>Serves any model that can score all items: closed forms, and models of others through their Score column.</summary>
/// <param name="scorer">The model.</param>
/// <param name="codeOfRow">The scorer's item code of each row.</param>
internal sealed class ModelServingScorer(IItemScorer scorer, int[] codeOfRow) : ServingScorer
{
    /// <inheritdoc/>
    public override bool IsExact => true;

    /// <inheritdoc/>
    public override int ForUser(int user, ServingFilter filter, Span<int> rows, Span<float> scores)
    {
        float[] byCode = ArrayPool<float>.Shared.Rent(codeOfRow.Length);
        scorer.Score(user, byCode.AsSpan(0, codeOfRow.Length));
        int found = Best(byCode, filter, rows, scores);
        ArrayPool<float>.Shared.Return(byCode);
        return found;
    }

    /// <inheritdoc/>
    public override UserBlocks Blocks() => new ModelUserBlocks(this, scorer, codeOfRow);

    /// <inheritdoc/>
    public override bool TryForHistory(
        ReadOnlySpan<int> history, ServingFilter filter, Span<int> rows, Span<float> scores, out int found,
        CancellationToken cancellationToken)
    {
        int[] codes = new int[history.Length];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = codeOfRow[history[i]];
        float[] byCode = ArrayPool<float>.Shared.Rent(codeOfRow.Length);
        bool told = scorer.TryScoreHistory(codes, byCode.AsSpan(0, codeOfRow.Length));
        found = told ? Best(byCode, filter, rows, scores) : 0;
        ArrayPool<float>.Shared.Return(byCode);
        return told;
    }

    /// <inheritdoc/>
    public override bool TryLike(int item, ServingFilter filter, Span<int> rows, Span<float> scores, out int found) =>
        TryForHistory([item], filter, rows, scores, out found, CancellationToken.None);

    /// <inheritdoc/>
    public override ItemAffinity Affinity(int had, int recommended) =>
        new(scorer.Affinity(codeOfRow[had], codeOfRow[recommended]), ReasonKind.People);

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
        return found;
    }
}
