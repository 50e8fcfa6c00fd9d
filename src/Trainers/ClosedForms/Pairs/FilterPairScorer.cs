using System.Numerics.Tensors;
using HybridRec.MLNet.Fusion;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// The scores of a closed form as a part of the pair, brought to one scale for each user: (s_ui - m_u) / d_u, with the mean and the
/// deviation of the user's scores over the items that anybody has. Ranks are those of the form itself.
/// </summary>
internal sealed class FilterPairScorer(GraphFilterModel model, string userColumn, string itemColumn) : IPairScorer
{
    // What its text says of an item that nobody has is worth something; other forms know nothing of it.
    private readonly int[] _unknown = [.. Enumerable.Range(0, model.ItemCount).Where(item => !model.Knows(item))];

    /// <inheritdoc/>
    public string UserColumnName => userColumn;

    /// <inheritdoc/>
    public string ItemColumnName => itemColumn;

    /// <inheritdoc/>
    public int ItemCount => model.ItemCount;

    /// <summary>Positives of a user that the form knows; 0 for a key that is not known.</summary>
    public int UserHistory(int user) => model.OwnItems(user).Length;

    /// <summary>Positives of an item that the form was fitted to; 0 for a key that is not known.</summary>
    public int ItemHistory(int item) => model.FittedUsers(item);

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> users, Span<float> scores)
    {
        model.Score(users, scores[..(users.Length * ItemCount)]);
        for (int row = 0; row < users.Length; row++)
            Standardize(scores.Slice(row * ItemCount, ItemCount));
    }

    /// <inheritdoc/>
    public void ScoreHistory(ReadOnlySpan<int> items, Span<float> scores)
    {
        if (!model.TryScoreHistory(items, scores[..ItemCount]))
            model.Score(-1, scores[..ItemCount]);
        Standardize(scores[..ItemCount]);
    }

    /// <inheritdoc/>
    public float Affinity(int had, int recommended) => model.Weight(had, recommended);

    private void Standardize(Span<float> scores)
    {
        foreach (int item in _unknown)
            scores[item] = 0;
        int count = scores.Length - _unknown.Length;
        if (count == 0)
            return;
        float mean = TensorPrimitives.Sum<float>(scores) / count;
        TensorPrimitives.Subtract(scores, mean, scores);
        foreach (int item in _unknown)
            scores[item] = 0;
        float deviation = MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(scores) / count);
        // Scores that differ by rounding only say nothing.
        if (!float.IsFinite(deviation) || deviation <= 1e-6f * MathF.Abs(mean) || deviation < 1e-30f)
            scores.Clear();
        else
            TensorPrimitives.Divide(scores, deviation, scores);
    }
}
