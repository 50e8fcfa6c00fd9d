using System.Buffers;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Items;

namespace HybridRec.MLNet.Serving;

/// <summary>Finds the lists of all users by a model that scores blocks of them.</summary>
/// <param name="scorer">Finds the list of a user.</param>
/// <param name="model">The model.</param>
/// <param name="codeOfRow">The model's item code of each row.</param>
internal sealed class ModelUserBlocks(ModelServingScorer scorer, IItemScorer model, int[] codeOfRow) : UserBlocks(scorer)
{
    private const int MostUsers = 32, MostScores = 1 << 22; // of a block: what a thread holds

    /// <inheritdoc/>
    public override void Rank(int firstUser, RankedLists lists, SeenItems? excluded, int threads, CancellationToken cancellationToken)
    {
        int most = Math.Clamp(MostScores / codeOfRow.Length, 1, MostUsers);
        Parallelism.For((lists.Count + most - 1) / most, threads, block =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = block * most, count = Math.Min(most, lists.Count - first);
            float[] byCode = ArrayPool<float>.Shared.Rent(count * codeOfRow.Length), byRow = ArrayPool<float>.Shared.Rent(codeOfRow.Length);
            int[] users = new int[count];
            for (int p = 0; p < count; p++)
                users[p] = firstUser + first + p;
            model.Score(users, byCode.AsSpan(0, count * codeOfRow.Length));
            for (int p = 0; p < count; p++)
            {
                for (int row = 0; row < codeOfRow.Length; row++)
                    byRow[row] = byCode[(p * codeOfRow.Length) + codeOfRow[row]];
                lists.Select(first + p, byRow.AsSpan(0, codeOfRow.Length), excluded is null ? [] : excluded(users[p]));
            }

            ArrayPool<float>.Shared.Return(byCode);
            ArrayPool<float>.Shared.Return(byRow);
        });
    }
}
