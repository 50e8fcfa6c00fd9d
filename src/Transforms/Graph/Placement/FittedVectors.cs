using System.Globalization;
using System.Numerics.Tensors;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// Looks at what a fit has come to: a training can diverge with a loss that stays finite, and its vectors then have no meaning.
/// </summary>
internal static class FittedVectors
{
    // Vectors of trained models have lengths of about 1; no option that trains leads above some hundreds.
    private const double LargestLength = 1e4;
    private const float Alike = 1e-6f;

    /// <summary>Refuses vectors that exploded or are all one.</summary>
    /// <param name="final">All nodes as the network has them.</param>
    /// <param name="served">The same as they are served.</param>
    /// <param name="options">Options of the fit.</param>
    /// <exception cref="InvalidOperationException">Training diverged.</exception>
    public static void Check(float[] final, GnnMapping served, GnnEmbeddingOptions options)
    {
        double length = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(final) / (double)Math.Max(1, final.Length / options.Dimension));
        if (!(length <= LargestLength))
            throw Diverged(string.Create(CultureInfo.InvariantCulture, $"the vectors have length {length:G3}"), options);

        // What starts from features alone is as different as the features are.
        if (options.Training.Epochs == 0 || !options.HasIdEmbeddings)
            return;
        if (AllOne(served.Items))
            throw Diverged("all items have the same vector", options);
        if (AllOne(served.Users))
            throw Diverged("all users have the same vector", options);
    }

    private static bool AllOne(NodeTable table)
    {
        int first = Array.IndexOf(table.Trained, true);
        if (first < 0 || Array.IndexOf(table.Trained, true, first + 1) < 0)
            return false;
        ReadOnlySpan<float> one = Row(first);
        float tolerance = Alike * TensorPrimitives.Norm(one);
        for (int node = first + 1; node < table.Trained.Length; node++)
        {
            if (table.Trained[node] && TensorPrimitives.Distance(one, Row(node)) > tolerance)
                return false;
        }

        return true;

        ReadOnlySpan<float> Row(int node) => table.Vectors.AsSpan(node * table.Dimension, table.Dimension);
    }

    private static InvalidOperationException Diverged(string what, GnnEmbeddingOptions options) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"GnnEmbedding: after training {what}: training diverged. Lower Training.LearningRate (in effect: " +
        $"{options.Training.LearningRate}), or take another " +
        $"{(options.Similarity.IsCosine ? "Model, Activation or Normalization" : "Normalization, or GraphSimilarity.Cosine")}."));
}
