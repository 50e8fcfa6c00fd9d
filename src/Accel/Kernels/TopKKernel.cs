using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>Selects the best scores: descending score, equal scores by lower index.</summary>
internal static class TopKKernel
{
    /// <summary>Selects up to indices.Length scores. Excluded ones and NaN are never returned; infinities are ordinary scores.</summary>
    /// <param name="scores">All scores; the index of a score is what is returned.</param>
    /// <param name="excludedSorted">Indices to leave out, ascending; those outside the scores do not matter.</param>
    /// <param name="indices">Receives the indices; its length is K.</param>
    /// <param name="topScores">Receives the scores; K long.</param>
    /// <returns>How many were found: K, or fewer when there are not that many.</returns>
    /// <exception cref="ArgumentException">The two outputs differ in length.</exception>
    public static int Select(ReadOnlySpan<float> scores, ReadOnlySpan<int> excludedSorted, Span<int> indices, Span<float> topScores)
    {
        Guard.Length(topScores.Length, indices.Length, nameof(topScores), "as long as the indices");
        return indices.IsEmpty ? 0 : TopKReference.Select(scores, excludedSorted, indices, topScores);
    }
}
