namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="TopKKernel"/>: an insertion into a sorted list, score by score.</summary>
internal static class TopKReference
{
    /// <inheritdoc cref="TopKKernel.Select"/>
    public static int Select(ReadOnlySpan<float> scores, ReadOnlySpan<int> excludedSorted, Span<int> indices, Span<float> topScores)
    {
        int count = 0;
        int excluded = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            while (excluded < excludedSorted.Length && excludedSorted[excluded] < i)
                excluded++;
            if (excluded < excludedSorted.Length && excludedSorted[excluded] == i)
                continue;
            if (float.IsNaN(scores[i]) || (count == indices.Length && !(scores[i] > topScores[count - 1])))
                continue;
            int place = count < indices.Length ? count++ : count - 1;
            for (; place > 0 && scores[i] > topScores[place - 1]; place--)
                (indices[place], topScores[place]) = (indices[place - 1], topScores[place - 1]);
            (indices[place], topScores[place]) = (i, scores[i]);
        }
        return count;
    }
}
