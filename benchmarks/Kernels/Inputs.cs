using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Benchmarks.Kernels;

/// <summary>Seeded inputs of the benchmarks.</summary>
internal static class Inputs
{
    public static float[] Normal(int count, int seed)
    {
        Xoshiro256 random = Xoshiro256.Stream(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)random.NextNormal();
        return values;
    }

    public static int[] Integers(int count, int bound, int seed)
    {
        Xoshiro256 random = Xoshiro256.Stream(seed);
        int[] values = new int[count];
        for (int i = 0; i < count; i++)
            values[i] = random.NextInt32(bound);
        return values;
    }

    /// <summary>A normalized graph of 10,000 users and 10,000 items with 20 interactions a user, some items far more popular.</summary>
    public static CsrMatrix Graph()
    {
        int[] users = Integers(200_000, 10_000, 1);
        int[] items = [.. Integers(200_000, 10_000, 2).Zip(Integers(200_000, 10_000, 3), Math.Min)];
        return InteractionGraph.FromPairs(10_000, 10_000, users, items).Adjacency(GraphNormalization.Symmetric);
    }
}
