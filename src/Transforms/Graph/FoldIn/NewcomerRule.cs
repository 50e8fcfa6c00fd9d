using System.Numerics.Tensors;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// Where training would have put a node: <c>E_v = m + P x_v</c>, with x_v the mean of the trained neighbors' E, m the mean E of the trained
/// nodes, and P the ridge regression of their E on their x (<see cref="FeatureProjection"/>). Only trained neighbors count, so that E_v
/// does not depend on the order in which newcomers come, and no guess is built on guesses.
/// </summary>
/// <param name="Mean">m.</param>
/// <param name="Projection">P, with the center and the scale of x.</param>
internal sealed record NewcomerRule(float[] Mean, FeatureProjection Projection)
{
    /// <summary>Fits the rule of one side on its trained nodes.</summary>
    /// <param name="own">E of this side.</param>
    /// <param name="others">E of the other side.</param>
    /// <param name="trained">Which nodes of this side are trained.</param>
    /// <param name="neighbors">The neighbors of a node; all of them are trained.</param>
    /// <param name="dimension">Length of the vectors.</param>
    public static NewcomerRule Fit(float[] own, float[] others, bool[] trained, Func<int, ReadOnlySpan<int>> neighbors, int dimension)
    {
        float[] mean = new float[dimension];
        float[] inputs = new float[own.Length];
        int count = 0;
        for (int node = 0; node < trained.Length; node++)
        {
            if (!trained[node])
                continue;
            count++;
            TensorPrimitives.Add(mean, own.AsSpan(node * dimension, dimension), mean);
            Average(
                neighbors(node), other => others.AsSpan(other * dimension, dimension), static _ => true,
                inputs.AsSpan(node * dimension, dimension));
        }

        TensorPrimitives.Divide(mean, Math.Max(count, 1), mean);
        var table = new NodeFeatureTable(inputs, (bool[])trained.Clone(), dimension);
        return new NewcomerRule(mean, FeatureProjection.Fit(table, null, own, trained, mean, dimension));
    }

    /// <summary>Sets E of a node; zero where no neighbor is trained.</summary>
    /// <param name="neighbors">The node's neighbors.</param>
    /// <param name="others">E of the other side.</param>
    /// <param name="trained">Which nodes of the other side are trained.</param>
    /// <param name="destination">Receives E.</param>
    public void Place(ReadOnlySpan<int> neighbors, RowTable others, List<bool> trained, Span<float> destination)
    {
        destination.Clear();
        float[] input = new float[destination.Length];
        if (!Average(neighbors, other => others[other], other => trained[other], input))
            return;
        Mean.CopyTo(destination);
        Projection.AddTo(input, destination);
    }

    public static NewcomerRule Read(BinaryReader reader, int dimension, int version) =>
        new(TableIo.Read(reader, dimension), FeatureProjection.Read(reader, dimension, version));

    public void Write(BinaryWriter writer)
    {
        TableIo.Write(writer, Mean);
        Projection.Write(writer);
    }

    private delegate ReadOnlySpan<float> RowOf(int node);

    private static bool Average(ReadOnlySpan<int> neighbors, RowOf rows, Func<int, bool> counts, Span<float> sum)
    {
        int count = 0;
        foreach (int neighbor in neighbors)
        {
            if (!counts(neighbor))
                continue;
            count++;
            TensorPrimitives.Add(sum, rows(neighbor), sum);
        }

        if (count > 0)
            TensorPrimitives.Divide(sum, count, sum);
        return count > 0;
    }
}
