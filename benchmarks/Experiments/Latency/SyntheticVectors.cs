using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Experiments.Latency;

/// <summary>
/// Vectors of users and items to measure search with, where no trained ones of the size are to be had. Clustered ones have what those of
/// recommenders have: groups of very unequal size (item i of n is of group <c>floor(g u v)</c>, u and v uniform), a direction of their own
/// in each group with noise around it, lengths that differ (log-normal, deviation .3); a user is a mix of three groups. Normal
/// ones have no structure at all.
/// </summary>
internal sealed class SyntheticVectors
{
    private const int ItemsPerGroup = 250;
    private const float Noise = 0.5f, LengthDeviation = 0.3f;

    /// <param name="items">Number of items.</param>
    /// <param name="users">Number of users.</param>
    /// <param name="dimension">Width.</param>
    /// <param name="clustered">Whether there is structure.</param>
    /// <param name="seed">Seed.</param>
    public SyntheticVectors(int items, int users, int dimension, bool clustered, int seed)
    {
        Dimension = dimension;
        (Items, Users) = (new float[items * dimension], new float[users * dimension]);
        int groups = Math.Max(1, items / ItemsPerGroup);
        float[] centers = new float[groups * dimension];
        var random = Xoshiro256.Stream(seed);
        Fill(ref random, centers);
        Fill(ref random, Items);
        Fill(ref random, Users);
        if (!clustered)
            return;
        for (int item = 0; item < items; item++)
        {
            ReadOnlySpan<float> center = Row(centers, (int)(groups * random.NextDouble() * random.NextDouble()));
            float length = (float)Math.Exp(LengthDeviation * random.NextNormal());
            Span<float> row = Row(Items, item);
            for (int j = 0; j < dimension; j++)
                row[j] = length * (center[j] + (Noise * row[j]));
        }

        for (int user = 0; user < users; user++)
        {
            Span<float> row = Row(Users, user);
            for (int j = 0; j < dimension; j++)
                row[j] *= Noise;
            for (int taste = 0; taste < 3; taste++)
            {
                ReadOnlySpan<float> center = Row(centers, (int)(groups * random.NextDouble() * random.NextDouble()));
                for (int j = 0; j < dimension; j++)
                    row[j] += center[j] / (1 + taste);
            }
        }
    }

    public int Dimension { get; }

    /// <summary>Items x dimension.</summary>
    public float[] Items { get; }

    /// <summary>Users x dimension.</summary>
    public float[] Users { get; }

    private Span<float> Row(float[] rows, int row) => rows.AsSpan(row * Dimension, Dimension);

    private static void Fill(ref Xoshiro256 random, float[] values)
    {
        foreach (ref float value in values.AsSpan())
            value = (float)random.NextNormal();
    }
}
