using System.Numerics.Tensors;

namespace HybridRec.MLNet.Profiles;

/// <summary>e_u of every user: the mean of the vectors of the items they took, z_u of AlphaRec (arXiv 2407.05441).</summary>
internal sealed class ProfileTable
{
    private readonly float[] _values;

    private ProfileTable(int dimension, float[] values) => (Dimension, _values) = (dimension, values);

    public int Dimension { get; }

    public int UserCount => _values.Length / Dimension;

    /// <summary>The profile of a user; all zero for one with no item, and for a missing or unknown key.</summary>
    public ReadOnlySpan<float> Of(int user) => (uint)user < (uint)UserCount ? _values.AsSpan(user * Dimension, Dimension) : new float[Dimension];

    /// <summary>Averages item vectors over pairs. Items without a vector (all zero: no text) do not take part.</summary>
    /// <param name="userCount">Users; rows of the table.</param>
    /// <param name="dimension">Width of a vector.</param>
    /// <param name="itemVectors">Items x dimension.</param>
    /// <param name="pairs">The user and the item of each interaction.</param>
    /// <param name="center">Whether to subtract the mean vector of the items.</param>
    /// <param name="normalize">Whether to bring each profile to length 1.</param>
    public static ProfileTable Average(
        int userCount, int dimension, float[] itemVectors, IEnumerable<(int User, int Item)> pairs, bool center, bool normalize)
    {
        int items = itemVectors.Length / dimension;
        bool[] described = [.. Enumerable.Range(0, items).Select(item => Vector(item).ContainsAnyExcept(0f))];
        double[] mean = new double[dimension];
        int count = described.Count(d => d);
        for (int item = 0; center && item < items; item++)
            if (described[item])
                Add(Vector(item), mean, 1.0 / count);

        float[] values = new float[userCount * dimension];
        int[] counts = new int[userCount];
        foreach (var (user, item) in pairs)
        {
            if (!described[item])
                continue;
            var row = values.AsSpan(user * dimension, dimension);
            TensorPrimitives.Add(row, Vector(item), row);
            counts[user]++;
        }
        for (int user = 0; user < userCount; user++)
            if (counts[user] > 0)
                Finish(values.AsSpan(user * dimension, dimension), counts[user], mean, normalize);
        return new ProfileTable(dimension, values);

        ReadOnlySpan<float> Vector(int item) => itemVectors.AsSpan(item * dimension, dimension);
    }

    public static ProfileTable Read(BinaryReader reader)
    {
        int dimension = reader.ReadInt32(), users = reader.ReadInt32();
        if (dimension < 1 || users < 0)
            throw new FormatException($"a table of {users} users and {dimension} dimensions is not possible");
        float[] values = new float[checked(users * dimension)];
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadSingle();
        return new ProfileTable(dimension, values);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Dimension);
        writer.Write(UserCount);
        foreach (float value in _values)
            writer.Write(value);
    }

    private static void Add(ReadOnlySpan<float> vector, double[] sum, double weight)
    {
        for (int k = 0; k < sum.Length; k++)
            sum[k] += weight * vector[k];
    }

    private static void Finish(Span<float> sum, int count, double[] mean, bool normalize)
    {
        for (int k = 0; k < sum.Length; k++)
            sum[k] = (float)((double)sum[k] / count - mean[k]);
        float length = TensorPrimitives.Norm<float>(sum);
        if (normalize && length > 0)
            TensorPrimitives.Divide(sum, length, sum);
    }
}
