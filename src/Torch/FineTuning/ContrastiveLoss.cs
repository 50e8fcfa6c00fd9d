using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>InfoNCE over the pairs of a batch.</summary>
internal static class ContrastiveLoss
{
    /// <summary>
    /// Scores cos(a_i, p_j) / t - c_j, minus infinity where p_j is no negative of i: because it is the same text as a_i, one of a_i's, or
    /// p_i.
    /// </summary>
    /// <param name="anchors">[batch, dimension].</param>
    /// <param name="positives">[batch, dimension].</param>
    /// <param name="pairs">The texts of each pair.</param>
    /// <param name="temperature">t.</param>
    /// <param name="corrections">c_j of each positive; null for 0.</param>
    /// <param name="profiles">The texts that are each pair's anchor together; null where the anchors are single texts.</param>
    /// <returns>[batch, batch]; the right ones are on the diagonal.</returns>
    public static Tensor Scores(
        Tensor anchors, Tensor positives, IReadOnlyList<(int Anchor, int Positive)> pairs, double temperature, float[]? corrections = null,
        int[][]? profiles = null)
    {
        var scores = nn.functional.normalize(anchors).matmul(nn.functional.normalize(positives).t()).Over(temperature);
        if (corrections is not null)
            scores = scores - tensor(corrections, device: scores.device);
        bool[] same = new bool[pairs.Count * pairs.Count];
        for (int i = 0; i < pairs.Count; i++)
            for (int j = 0; j < pairs.Count; j++)
                same[i * pairs.Count + j] = i != j && (pairs[j].Positive == pairs[i].Positive || pairs[j].Positive == pairs[i].Anchor
                    || profiles?[i].Contains(pairs[j].Positive) == true);
        return scores.Without(tensor(same, [pairs.Count, pairs.Count], device: scores.device));
    }

    /// <summary>The mean of the unit vectors of each pair's texts.</summary>
    /// <param name="vectors">[texts, dimension].</param>
    /// <param name="texts">The text of each row.</param>
    /// <param name="profiles">The texts of each pair; one with none has a vector of zeros.</param>
    /// <returns>[pairs, dimension].</returns>
    public static Tensor Profiles(Tensor vectors, int[] texts, int[][] profiles)
    {
        var rowOf = texts.Select((text, row) => (text, row)).ToDictionary(p => p.text, p => p.row);
        float[] weights = new float[profiles.Length * texts.Length];
        for (int i = 0; i < profiles.Length; i++)
            foreach (int text in profiles[i])
                weights[i * texts.Length + rowOf[text]] = 1f / profiles[i].Length;
        return TensorTransfer.ToTensor(weights, [profiles.Length, texts.Length], vectors.device).matmul(nn.functional.normalize(vectors));
    }

    /// <summary>Scores cos(a_i, n_j) / t of further negatives, minus infinity where they are none.</summary>
    /// <param name="anchors">[batch, dimension].</param>
    /// <param name="negatives">[negatives, dimension].</param>
    /// <param name="none">[batch, negatives]: true where a text is no negative of an anchor.</param>
    /// <param name="temperature">t.</param>
    /// <returns>[batch, negatives].</returns>
    public static Tensor Negatives(Tensor anchors, Tensor negatives, bool[] none, double temperature)
    {
        var scores = nn.functional.normalize(anchors).matmul(nn.functional.normalize(negatives).t()).Over(temperature);
        return scores.Without(tensor(none, scores.shape, device: scores.device));
    }

    /// <summary>Mean over i of -ln softmax(scores_i)_i.</summary>
    public static Tensor Mean(Tensor scores)
    {
        long[] right = new long[scores.shape[0]];
        for (int i = 0; i < right.Length; i++)
            right[i] = i;
        return nn.functional.cross_entropy(scores, tensor(right, device: scores.device));
    }

    /// <summary>Mean NDCG of the right one in each row: 1 / log2(1 + rank), ties against it.</summary>
    public static double Ndcg(Tensor scores)
    {
        long n = scores.shape[0];
        float[] values = TensorTransfer.ToArray(scores);
        double sum = 0;
        for (long i = 0; i < n; i++)
        {
            float right = values[i * n + i];
            int rank = 1;
            for (long j = 0; j < n; j++)
                if (j != i && values[i * n + j] >= right)
                    rank++;
            sum += 1 / Math.Log2(1 + rank);
        }
        return sum / n;
    }
}
