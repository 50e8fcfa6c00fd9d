using System.Buffers;
using HybridRec.MLNet.Catalogues;

namespace HybridRec.MLNet.Filters;

/// <summary>Scores whole catalogues by a <see cref="GraphFilterModel"/>: a user costs one row of weights an item they have.</summary>
/// <param name="model">The model.</param>
/// <param name="userKeys">For each user of the catalogue the key, 0-based, or -1.</param>
/// <param name="itemKeys">For each item of the catalogue the key, 0-based, or -1.</param>
internal sealed class FilterCatalogueScorer(GraphFilterModel model, int[] userKeys, int[] itemKeys) : ICatalogueScorer
{
    private long _nonFinite;

    /// <inheritdoc/>
    public int UserCount => userKeys.Length;

    /// <inheritdoc/>
    public int ItemCount => itemKeys.Length;

    /// <inheritdoc/>
    public long NonFiniteScores => Interlocked.Read(ref _nonFinite);

    /// <inheritdoc/>
    public void Score(int user, Span<float> scores)
    {
        float[] byKey = ArrayPool<float>.Shared.Rent(model.ItemCount);
        model.Score(userKeys[user], byKey.AsSpan(0, model.ItemCount));
        for (int item = 0; item < itemKeys.Length; item++)
            scores[item] = itemKeys[item] < 0 ? 0 : byKey[itemKeys[item]];
        ArrayPool<float>.Shared.Return(byKey);
        ScoreCleaning.MakeFinite(scores[..ItemCount], ref _nonFinite);
    }
}
