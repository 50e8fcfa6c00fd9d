using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Profiles;

/// <summary>
/// e_u of every user: the mean of the vectors of the items they took, z_u of AlphaRec (arXiv 2407.05441). Kept as sums and counts, so that
/// further items can be added; the profile is made of them when it is asked for.
/// </summary>
internal sealed class ProfileTable
{
    private readonly float[] _sums; // of finished profiles where there are no counts
    private readonly int[]? _counts;
    private readonly double[] _mean;
    private readonly bool _normalize;

    private ProfileTable(int dimension, float[] sums, int[]? counts, double[] mean, bool normalize) =>
        (Dimension, _sums, _counts, _mean, _normalize) = (dimension, sums, counts, mean, normalize);

    public int Dimension { get; }

    public int UserCount => _sums.Length / Dimension;

    /// <summary>Writes the profile of a user: all zero for one with no item, and for a missing or unknown key.</summary>
    public void CopyTo(int user, Span<float> destination)
    {
        if ((uint)user >= (uint)UserCount)
        {
            destination.Clear();
            return;
        }

        _sums.AsSpan(user * Dimension, Dimension).CopyTo(destination);
        if (_counts?[user] > 0)
            Finish(destination, _counts[user], _mean, _normalize);
    }

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
        int[] described = [.. Enumerable.Range(0, items).Where(item => Vector(itemVectors, item, dimension).ContainsAnyExcept(0f))];
        double[] mean = new double[dimension];
        foreach (int item in center ? described : [])
            Add(Vector(itemVectors, item, dimension), mean, 1.0 / described.Length);
        return new ProfileTable(dimension, [], [], mean, normalize).Add(userCount, itemVectors, pairs);
    }

    /// <summary>The table with further pairs, and with rows for further users. The mean subtracted stays as it is.</summary>
    /// <param name="userCount">Users; at least as many as now.</param>
    /// <param name="itemVectors">Items x dimension.</param>
    /// <param name="pairs">The user and the item of each interaction.</param>
    public ProfileTable Add(int userCount, float[] itemVectors, IEnumerable<(int User, int Item)> pairs)
    {
        float[] sums = new float[checked(userCount * Dimension)];
        int[] counts = new int[userCount];
        _sums.CopyTo(sums, 0);
        _counts!.CopyTo(counts, 0);
        foreach (var (user, item) in pairs)
        {
            ReadOnlySpan<float> vector = Vector(itemVectors, item, Dimension);
            if (!vector.ContainsAnyExcept(0f))
                continue;
            var row = sums.AsSpan(user * Dimension, Dimension);
            TensorPrimitives.Add(row, vector, row);
            counts[user]++;
        }

        return new ProfileTable(Dimension, sums, counts, _mean, _normalize);
    }

    public static ProfileTable Read(BinaryReader reader, int version)
    {
        int dimension = reader.ReadInt32(), users = reader.ReadInt32();
        if (dimension < 1 || users < 0)
            throw new FormatException($"a table of {users} users and {dimension} dimensions is not possible");
        float[] sums = ReadArray<float>(reader, checked(users * dimension));
        return version == 1
            ? new ProfileTable(dimension, sums, null, [], false)
            : new ProfileTable(dimension, sums, ReadArray<int>(reader, users), ReadArray<double>(reader, dimension), reader.ReadBoolean());
    }

    /// <summary>Writes the table in the form of the newest version, or of version 1 where that is all there is.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Dimension);
        writer.Write(UserCount);
        writer.Write(MemoryMarshal.AsBytes(_sums.AsSpan()));
        if (_counts is null)
            return;
        writer.Write(MemoryMarshal.AsBytes(_counts.AsSpan()));
        writer.Write(MemoryMarshal.AsBytes(_mean.AsSpan()));
        writer.Write(_normalize);
    }

    private static T[] ReadArray<T>(BinaryReader reader, int count)
        where T : unmanaged
    {
        if ((long)count * Marshal.SizeOf<T>() > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new EndOfStreamException($"{count} numbers are announced, which are not there");
        var values = new T[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static ReadOnlySpan<float> Vector(float[] vectors, int item, int dimension) => vectors.AsSpan(item * dimension, dimension);

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
