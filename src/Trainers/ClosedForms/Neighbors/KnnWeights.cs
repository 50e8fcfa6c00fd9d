using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// The weights of KNN, for nodes (items or users) described by what they share (users or items): of an edge the recency r, of what is
/// shared g^2, of a node h, of a number n of shared ones n / (n + shrinkage).
/// </summary>
internal static class KnnWeights
{
    /// <summary>What is older counts no less: weights stay far from what single precision cannot square.</summary>
    public const double MostHalvings = 40;

    private const double K1 = 1.2;
    private const double B = 0.75;

    /// <summary>g^2 of each of what is shared.</summary>
    /// <param name="similarity">The similarity.</param>
    /// <param name="shared">How many there are.</param>
    /// <param name="degree">How many nodes one has.</param>
    /// <param name="nodes">Number of nodes.</param>
    public static float[] OfShared(KnnSimilarity similarity, int shared, Func<int, int> degree, int nodes)
    {
        float[] weights = new float[shared];
        for (int n = 0; n < shared; n++)
        {
            double inverse = similarity == KnnSimilarity.Cosine
                ? 1
                : Math.Log(1 + ((nodes - degree(n) + 0.5) / (degree(n) + 0.5)));
            weights[n] = (float)(inverse * inverse);
        }

        return weights;
    }

    /// <summary>h of each node; 0 of one that has nothing.</summary>
    /// <param name="similarity">The similarity.</param>
    /// <param name="degrees">How many a node has.</param>
    /// <param name="squares">The sum of r^2 of a node.</param>
    public static float[] OfNodes(KnnSimilarity similarity, int[] degrees, double[] squares)
    {
        double mean = Math.Max(1, degrees.Average());
        return [.. degrees.Zip(squares, (degree, square) => degree == 0 ? 0 : similarity == KnnSimilarity.Cosine
            ? (float)(1 / Math.Sqrt(square))
            : (float)((K1 + 1) / (1 + (K1 * (1 - B + (B * degree / mean))))))];
    }

    /// <summary>Where the edges of each user begin, users one after another.</summary>
    public static int[] Offsets(InteractionGraph graph)
    {
        int[] offsets = new int[graph.UserCount + 1];
        for (int user = 0; user < graph.UserCount; user++)
            offsets[user + 1] = offsets[user] + graph.ItemsOf(user).Length;
        return offsets;
    }
}
